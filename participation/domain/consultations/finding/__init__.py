"""Comments by their words, the newest first."""
