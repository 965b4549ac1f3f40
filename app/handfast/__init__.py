"""Handfast: a keystore manager that proves mutual TLS before it goes live."""

__version__ = "0.1.0"
