"""A copy of the public site as plain files: asked page by page, its links made to lead from file to file."""
