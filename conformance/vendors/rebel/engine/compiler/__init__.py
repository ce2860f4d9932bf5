"""What an engine needs of the compiler beside its Triton dialect."""
