"""Public answers of assessments by their words."""
