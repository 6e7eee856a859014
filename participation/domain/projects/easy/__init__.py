"""Easy to read: what a project is about, in short sentences, each beside a picture."""
