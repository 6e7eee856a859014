"""What one person, or whoever holds a receipt, may learn of their own contributions."""
