"""Who follows what by e-mail: an address that was confirmed, and nobody behind it."""
