"""The level of influence that residents are promised in a consultation."""
