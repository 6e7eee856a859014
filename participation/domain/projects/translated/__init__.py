"""What a project itself says, in further languages."""
