"""What a consultation asks in ODK Collect, in every language of the city."""
