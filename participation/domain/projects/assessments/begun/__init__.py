"""What officials of a project have begun, and what else they may begin."""
