"""Whether people said what delegates wrote down: a share of the entries is drawn by lot, and somebody else asks."""
