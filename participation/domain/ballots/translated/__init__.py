"""The question of a ballot in one language more."""
