"""The words of a project in each language, and how they came to be in it."""
