"""What becomes of a slip that was lost, and of whoever it stands for."""
