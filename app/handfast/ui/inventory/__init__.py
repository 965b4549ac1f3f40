"""The window of what expires first, across many keystores."""
