"""The Triton kernels that route: a program takes a tile of rows and keeps it in registers."""
