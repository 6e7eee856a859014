"""That a copy of everything public was made."""
