"""Officials print forms on paper, type in what comes back, settle where two read it differently, and keep its photograph for a while."""
