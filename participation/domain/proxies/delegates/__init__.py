"""Who goes from door to door: put forward with declared interests, open to objections, appointed, suspended, revoked."""
