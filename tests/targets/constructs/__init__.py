"""Kernels with one construct each: some of them Triton's compiler takes, some it refuses.

Which ones is not written down: the installed compiler is asked. All have the arguments
``(x, y, n, BLOCK)``: x and y point to BLOCK fp32 numbers, n is the int 3 or 1. A kernel that the
compiler takes must double every number of x into y.
"""
