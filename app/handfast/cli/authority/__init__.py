"""The verbs of a small CA: sign, revoke, crl, and renew."""
