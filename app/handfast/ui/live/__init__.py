"""Live handshakes in the window: probing an endpoint, and listening for one."""
