"""Files of a package as syntax trees, and what they declare: operators, schemas, kernels."""
