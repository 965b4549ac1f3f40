"""A heap of files, in which private keys and certificates are found and put together."""
