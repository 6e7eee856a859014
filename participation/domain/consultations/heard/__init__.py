"""What others said, one at a time, for channels that show or read out one comment after the other."""
