"""What hangs on a project's row: agreements, extensions, indicators."""
