"""What the checks found, by delegate's number, for everybody; and what administrators and auditors look at."""
