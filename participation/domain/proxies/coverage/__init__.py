"""How much of a district was reached, against how many people live there; never by delegate, so that nobody is paid by the entry."""
