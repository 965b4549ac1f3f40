"""Keystores as files: opening, saving, sealing, and what stands around them."""
