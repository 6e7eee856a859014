"""Which project gives which data to whom, and announced links by which one project gives data to another."""
