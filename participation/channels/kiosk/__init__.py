"""Shared screens. What residents do there are the residents' own pages, in another frame; here is what a kiosk has beside them."""
