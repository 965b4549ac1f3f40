"""Certificates and keystores put into words."""
