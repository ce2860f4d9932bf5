"""Arrays with a leading program axis, and the types and tensors that wrap them."""
