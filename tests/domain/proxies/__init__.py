"""Delegates, their devices and their entries."""
