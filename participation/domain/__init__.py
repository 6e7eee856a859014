"""What may be done: no HTTP, no HTML, no clock."""
