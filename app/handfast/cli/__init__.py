"""The console face. Nothing here imports Qt."""
