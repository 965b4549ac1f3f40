"""Real programs as both sides of mutual TLS, with the very stores of a set-up."""
