"""What a city asks of whoever takes part by phone: set when it is founded, and changed by its administrators."""
