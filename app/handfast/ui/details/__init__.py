"""What is selected, in full: the pane at the right, and its parts."""
