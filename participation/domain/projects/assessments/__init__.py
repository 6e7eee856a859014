"""Impact assessments: questionnaires of known kinds, answered, scored, reviewed by a second person, published and kept."""
