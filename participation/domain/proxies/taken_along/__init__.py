"""What a delegate takes along: the projects of the district that ask something, small enough for a cheap telephone."""
