"""Opens steps when what they owe is public, and keeps their dates."""
