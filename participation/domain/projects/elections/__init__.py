"""Election periods: while one runs, no step opens and nothing is decided."""
