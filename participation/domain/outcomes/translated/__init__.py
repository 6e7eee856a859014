"""The texts of a decision in one language more."""
