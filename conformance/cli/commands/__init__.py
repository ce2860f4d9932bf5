"""A file for each command: what it does once its options are read."""
