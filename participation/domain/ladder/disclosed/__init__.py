"""What others disclose of projects in their own standard, beyond what the project says itself."""
