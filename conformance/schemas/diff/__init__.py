"""How two locks differ, in the eyes of callers: rules as data, and what finds them."""
