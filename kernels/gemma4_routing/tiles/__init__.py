"""The Triton kernels that route, a tile of rows in registers for each program; their launches."""
