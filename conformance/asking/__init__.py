"""What runs beside the judge: a loaded subject that is asked check by check."""
