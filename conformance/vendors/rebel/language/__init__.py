"""`rebel.triton.language`."""
