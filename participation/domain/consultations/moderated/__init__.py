"""Comments as moderators see them."""
