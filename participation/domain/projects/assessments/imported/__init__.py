"""Questionnaires that a city brings in from elsewhere."""
