"""What each step owes in a city: defaults that it can make stricter and never looser, and its holidays."""
