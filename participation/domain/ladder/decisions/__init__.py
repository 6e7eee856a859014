"""Hands decisions in and publishes them, with what the ladder asks of a ballot that is run again."""
