"""Findings: what a check notices in a keystore."""
