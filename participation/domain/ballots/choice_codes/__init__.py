"""Codes that are said instead of a choice: a city prints them on sheets, one a person, so that whoever passes the vote on cannot read it."""
