"""e-decision: what is put to the residents, how they vote, and how their votes are counted."""
