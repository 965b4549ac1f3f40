"""The windows that verify a certificate and complete a chain."""
