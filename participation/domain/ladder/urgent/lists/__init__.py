"""Every use of the urgent path in a city, as everybody reads it."""
