"""Words of documents in further languages."""
