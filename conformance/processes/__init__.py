"""The processes of a run: how they are started, bounded, heard and ended. Imports no torch."""
