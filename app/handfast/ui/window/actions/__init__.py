"""The commands of the window: what each does, its shortcut, its menu, and what it needs."""
