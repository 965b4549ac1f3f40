"""Pairs that keep working: a new certificate, and the change to it on both sides."""
