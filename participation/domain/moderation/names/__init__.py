"""City workers whom no comment is to name: a list that only recognises, so that what names one is held for a moderator."""
