"""The paths through a function, and what is assumed and known on each of them."""
