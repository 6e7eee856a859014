"""Pages of residents: one file for each group of pages, every address in routes.py."""
