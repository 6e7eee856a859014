"""By what everybody will see whether a project did what it was for: one to five indicators, each with a baseline and a target."""
