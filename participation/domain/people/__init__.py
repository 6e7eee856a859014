"""Persons, their credentials and roles: who somebody is here, and what they may do."""
