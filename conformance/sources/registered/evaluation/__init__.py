"""Following the statements that register operators: values, scopes, statements, torch.library."""
