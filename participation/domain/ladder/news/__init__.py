"""What was published of projects lately, of several kinds at once."""
