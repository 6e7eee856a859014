"""What the city has signed about a project, binding or not."""
