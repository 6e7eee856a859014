"""What may be hidden, by whom, for which published reason."""
