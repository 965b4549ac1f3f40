"""Ciphers, key derivation, and the protection schemes that formats share."""
