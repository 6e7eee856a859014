"""The urgent path: a step opens although it owes something, by two people, with ground and law, counted and reviewed."""
