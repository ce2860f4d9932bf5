"""The process that measures: it holds subjects, peers and floors side by side."""
