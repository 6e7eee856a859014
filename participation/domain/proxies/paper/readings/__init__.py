"""What people read off a sheet: two independently, a third where they differ."""
