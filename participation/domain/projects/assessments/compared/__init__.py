"""Projects beside each other, by what is published of their assessments."""
