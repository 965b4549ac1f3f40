"""A keystore that is open: its state, its history, saving, locking, and reloading. No Qt."""
