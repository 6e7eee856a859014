"""Public documents by their titles and by what they say in words."""
