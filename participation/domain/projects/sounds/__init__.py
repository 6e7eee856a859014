"""Sounds: what a city says, as files to be heard, recorded by people or read by a machine."""
