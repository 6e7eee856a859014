"""Members of staff: invited once, signed in with password and one-time password, given roles that end."""
