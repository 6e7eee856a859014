"""What can still be done to a decision that is public: correct it in public, say that a promise was kept."""
