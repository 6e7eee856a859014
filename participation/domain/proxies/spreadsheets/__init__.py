"""What delegates collected on paper and an office typed into a spreadsheet: comments and reactions, never votes."""
