"""e-decision: what the city decided, why, and what it promised."""
