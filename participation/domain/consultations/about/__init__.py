"""The project that a consultation is about."""
