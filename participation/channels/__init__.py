"""How people reach it: request, form, one operation, answer."""
