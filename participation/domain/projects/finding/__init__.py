"""Projects by their words."""
