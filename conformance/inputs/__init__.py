"""From a case to tensors: values, layout, guards."""
