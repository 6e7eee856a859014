"""Clips in sign language: what a project is about, signed."""
