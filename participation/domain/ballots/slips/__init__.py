"""What becomes of a lost slip, seen from the ballots in which slips vote."""
