"""e-consultation: comments, reactions and pseudonyms."""
