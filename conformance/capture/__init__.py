"""With which tensors an engine called an operator: kept in a folder, and read from one."""
