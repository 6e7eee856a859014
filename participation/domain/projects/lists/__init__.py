"""Lists of projects, for residents and for staff."""
