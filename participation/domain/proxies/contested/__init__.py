"""Votes that two delegates brought for the same person: an administrator finds out which of them stands."""
