"""Answers that were given before, offered again: from earlier projects, or whatever else knows some."""
