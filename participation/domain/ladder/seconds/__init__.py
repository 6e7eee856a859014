"""What waits for a second person, across everything that needs two."""
