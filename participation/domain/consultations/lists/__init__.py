"""Comments in the order in which they arrived, for whoever reads all of them."""
