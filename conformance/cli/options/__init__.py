"""What commands can be told: options, what their values may be, and what they say together."""
