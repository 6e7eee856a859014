"""All that the city says of a project, in each of its languages: what is there, what is out of date, and how it gets there."""
