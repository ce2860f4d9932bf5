"""GPUs that need not be there: what a launch asks Triton's compiler for, and what that says."""
