"""What a verb answers: the result, and how it is printed."""
