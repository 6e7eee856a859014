"""Visits that another delegate makes, to people who are asked whether they said what was written down."""
