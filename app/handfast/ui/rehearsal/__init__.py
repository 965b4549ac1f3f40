"""The rehearsal in the window: what is rehearsed, how it went, and what helps."""
