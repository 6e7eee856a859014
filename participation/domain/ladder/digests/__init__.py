"""What a digest tells: what the record says of the projects that somebody follows, and what closes soon."""
