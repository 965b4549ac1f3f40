"""PEM (RFC 7468): blocks of text, and a keystore made of them."""
