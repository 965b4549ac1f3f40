"""The window with the JDKs of this machine."""
