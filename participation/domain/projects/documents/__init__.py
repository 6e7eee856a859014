"""Documents of a project: files with their words, kept in editions, public with their hash."""
