"""Questionnaires as they were when something was published with them."""
