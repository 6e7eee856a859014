"""Ballots over projects."""
