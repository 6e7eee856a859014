"""Shared screens that the city sets up: enrolled by a code that works once, watched by whoever works beside them, ended when they go."""
