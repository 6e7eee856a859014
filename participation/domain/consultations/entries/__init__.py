"""All that came in one entry of a delegate: held, let go, or taken back together."""
