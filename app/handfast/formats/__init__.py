"""Bytes to store and back: one module per format, a detector, a registry."""
