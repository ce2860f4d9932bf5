"""Plots as SVG inside a page: no script, no colour alone, a text for those who do not see them."""
