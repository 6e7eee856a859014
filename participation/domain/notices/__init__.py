"""What somebody has to be told, kept until they have seen it."""
