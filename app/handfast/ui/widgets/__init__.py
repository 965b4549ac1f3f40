"""Parts that every window is built of; they know no window."""
