"""Access codes: printed in batches, activated by a second person, used by whoever holds the slip."""
