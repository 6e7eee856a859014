"""Projects as somebody hears or reads them on a basic phone: by their number, a few at a time."""
