"""Files that ``conformance new`` begins an operator with."""
