"""Impact assessments."""
