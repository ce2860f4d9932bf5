"""Runs as documents for machines and for people: GitHub, Markdown, SARIF, and which there are."""
