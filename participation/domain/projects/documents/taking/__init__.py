"""Files on their way in, before any document has them."""
