"""Tools that know nothing of participation."""
