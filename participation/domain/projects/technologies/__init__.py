"""Technology cards: in a hundred words what each technology is, what can go wrong, and what to ask about it."""
