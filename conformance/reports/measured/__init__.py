"""Measurements for people: a table, a plot, what a comparison comes to."""
