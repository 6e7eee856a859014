"""What follows when people say that they said something else: the entry is disputed, the delegate suspended, the rest held."""
