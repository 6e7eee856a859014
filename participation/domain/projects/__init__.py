"""e-information: projects, their texts, steps, agreements and history."""
