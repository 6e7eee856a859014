"""A platform on which a city asks its residents about smart-city projects, and has to answer them."""
