"""A subject on a device: devices, the bench, what came of a call."""
