"""Negative tests: clients that a server must refuse."""
