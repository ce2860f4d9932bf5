"""From a call of a kernel to its programs: sessions, arguments, grids, chunks."""
