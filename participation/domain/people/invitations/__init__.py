"""Withdraws invitations that are out."""
