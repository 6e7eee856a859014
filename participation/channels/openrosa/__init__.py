"""What ODK Collect speaks with: OpenRosa's list of forms, forms, manifests and submissions. For comments and reactions, never votes."""
