"""What the suite knows of one vendor's tools: a folder each."""
