"""What becomes of a person's votes when everything about them is erased."""
