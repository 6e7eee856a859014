"""The record: the public, append-only, verifiable log of everything that the city or the system did."""
