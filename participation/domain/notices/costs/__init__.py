"""What messages, sessions and calls cost the city, by month, gateway and project."""
