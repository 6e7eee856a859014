"""Cities, their districts and neighbourhoods, and who lives how many where."""
