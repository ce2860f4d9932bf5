"""Quantisation of activations to int8, with a scale for each token."""
