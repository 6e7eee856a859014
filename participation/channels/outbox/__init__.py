"""Sends queued notices by e-mail: each is written when it is sent, in its reader's language, and handed over once."""
