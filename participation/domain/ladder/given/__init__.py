"""Since when each thing that a step owes has been public."""
