"""Calls of a registered operator: from a contract, from an example, from its schema alone."""
