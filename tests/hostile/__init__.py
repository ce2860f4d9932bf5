"""Subjects that mean harm: a wrong one never passes, whatever it does beside its answers."""
