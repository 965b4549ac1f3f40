"""What a person does to a store: open and save files, generate, import, export, check."""
