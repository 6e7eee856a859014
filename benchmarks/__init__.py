"""Measures every budget of the design on a filled database: `make bench`."""
