"""The steps of a project: their dates are announced, kept, and extended with a reason."""
