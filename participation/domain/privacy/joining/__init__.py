"""Joins what a number said by itself to the person with a code who has linked it."""
