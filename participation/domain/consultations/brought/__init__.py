"""What a delegate brings for somebody: the same comment and reactions as on the web, with the entry that they came in."""
