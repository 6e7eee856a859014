"""Calls that the city owes: whoever let it ring without being answered is called back, at the city's cost."""
