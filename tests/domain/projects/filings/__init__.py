"""What organisations file."""
