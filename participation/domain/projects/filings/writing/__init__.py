"""What an organisation does by its link: it opens it, writes, declares its interests, and hands in."""
