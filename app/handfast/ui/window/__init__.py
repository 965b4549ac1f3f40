"""The main window: its actions, menus, and what arrives from outside."""
