"""Who a person is in one project: a random number, so that nobody can follow them from project to project."""
