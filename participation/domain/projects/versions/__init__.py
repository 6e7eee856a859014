"""What a project said as a whole, and what an edit changed of it."""
