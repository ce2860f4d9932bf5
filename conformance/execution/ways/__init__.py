"""Ways to call a subject that only a device which compiles has."""
