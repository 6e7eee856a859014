"""Projects from a spreadsheet: a row for each, as drafts."""
