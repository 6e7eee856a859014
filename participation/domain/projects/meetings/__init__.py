"""Meetings about projects: consultation meetings, sessions of the council, visits; announced, moved only with a reason, minuted."""
