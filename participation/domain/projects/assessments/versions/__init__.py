"""Published versions of an assessment: which there are, and what differs between two of them."""
