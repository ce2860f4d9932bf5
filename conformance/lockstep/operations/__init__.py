"""What Triton's semantic layer asks the builder to do, for all programs at once."""
