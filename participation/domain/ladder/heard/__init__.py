"""What can be heard: the text that each part says, of projects, ballots and the city itself, and the sound that says it."""
