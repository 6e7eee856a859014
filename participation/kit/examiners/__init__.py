"""Opens files from outside, in a process of its own (`kit.examining`): never imported by a web server."""
