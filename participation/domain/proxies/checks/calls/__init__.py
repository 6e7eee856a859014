"""The entries that were drawn, one by one: called, asked at a checking table, visited again."""
