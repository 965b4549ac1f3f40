"""The TLS handshake in memory, and which identity a party presents."""
