"""What operators promise their callers, as data: schemas, locks of whole namespaces, and how two
of them differ. Imports no torch."""
