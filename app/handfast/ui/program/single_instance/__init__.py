"""One process for all files: a later start hands its files to the window that is open."""
