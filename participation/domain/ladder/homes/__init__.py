"""What a project owes beyond others where homes or livelihoods are touched."""
