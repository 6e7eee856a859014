"""Bodies with declared interests: they file answers and opinions by a link from an official, and never vote."""
