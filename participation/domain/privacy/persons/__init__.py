"""What is kept about one person: they see it, take it along, and have it erased."""
