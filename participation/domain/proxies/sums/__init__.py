"""What delegates brought for a project, added up so that no figure tells of fewer than ten people, and what was said at meetings."""
