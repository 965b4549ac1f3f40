"""Wizards without a screen: typed draft, steps, validation."""
