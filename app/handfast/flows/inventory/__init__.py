"""What expires first, across many keystores."""
