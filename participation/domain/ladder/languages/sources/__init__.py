"""Where the texts of a project lie: one source for each kind of thing that says something about it."""
