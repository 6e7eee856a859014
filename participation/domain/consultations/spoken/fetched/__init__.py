"""Recordings between us and the telephone company: fetched, kept encrypted, deleted there and then here."""
