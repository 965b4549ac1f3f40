"""The windows of a small CA: sign requests, revoke, and write revocation lists."""
