"""A small CA: signing requests, revoking what it issued, and its revocation lists."""
