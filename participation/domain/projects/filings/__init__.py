"""What organisations file on a project, each by a link of its own: a supplier's part, an assessment, a counter-assessment, an opinion."""
