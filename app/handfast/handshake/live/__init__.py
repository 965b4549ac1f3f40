"""Handshakes over sockets: probing an endpoint, and listening for one."""
