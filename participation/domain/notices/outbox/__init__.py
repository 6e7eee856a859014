"""E-mails that wait, and how each is sent once."""
