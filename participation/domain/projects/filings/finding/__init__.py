"""Published words of organisations by what they say."""
