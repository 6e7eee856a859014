"""Internal answers of published versions: closed until their day, open from it on."""
