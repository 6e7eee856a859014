"""Counting the votes of a ballot, and making sure that nothing is left of who voted what."""
