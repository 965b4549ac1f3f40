"""Handshakes without a screen: what is rehearsed or probed, why it failed, and what mends it."""
