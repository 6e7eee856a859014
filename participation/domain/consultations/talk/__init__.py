"""Comments about one answer of an impact assessment."""
