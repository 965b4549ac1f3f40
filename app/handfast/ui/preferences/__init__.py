"""What a person has chosen for good, and the window in which it is chosen."""
