"""Votes that a delegate carries: chosen by the person, brought later, and behind whatever the person casts themselves."""
