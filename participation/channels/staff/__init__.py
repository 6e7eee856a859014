"""Pages of officials, moderators and administrators."""
