"""PKCS#12 (RFC 7292), read and written without losing what is not understood."""
