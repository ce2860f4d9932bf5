"""What every front calls: runs of one operator, a family, a table of releases; no torch."""
