"""Comments that were spoken into a telephone: a recording that one person of the city listens to and writes down, and that is then deleted."""
