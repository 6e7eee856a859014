"""What organisations had published, over projects."""
