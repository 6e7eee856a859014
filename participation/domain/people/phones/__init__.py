"""Telephone numbers through which people take part: who a number speaks for, and until when."""
