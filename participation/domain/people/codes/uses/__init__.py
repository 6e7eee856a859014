"""That codes were used: noted so that it leads to nobody's vote, and counted by batch."""
