"""What is kept about a person, across all domains: see it, take it along, erase it."""
