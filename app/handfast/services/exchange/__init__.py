"""Entries that come and go: generate, import, export, convert."""
