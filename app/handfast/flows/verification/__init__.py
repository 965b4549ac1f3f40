"""Verifying a certificate against what is trusted, and completing its chain."""
