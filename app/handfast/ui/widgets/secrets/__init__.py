"""Widgets that hold secrets, how they are locked, and how long a copied secret stays."""
