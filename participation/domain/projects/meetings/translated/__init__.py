"""Words of meetings in further languages."""
