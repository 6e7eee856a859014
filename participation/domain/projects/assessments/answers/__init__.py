"""Answers to the questions of an assessment, section by section, by several officials at once."""
