"""The delegate's page, which works with no network, and the four addresses that it speaks with."""
