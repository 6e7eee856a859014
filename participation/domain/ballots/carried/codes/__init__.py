"""Choice codes in votes that delegates carry: neither the delegate nor their device can read what was chosen."""
