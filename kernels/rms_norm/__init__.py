"""RMS normalisation with a weight."""
