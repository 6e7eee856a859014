"""Slows whoever guesses codes, over all doors."""
