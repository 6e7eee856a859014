"""A vote that comes again."""
