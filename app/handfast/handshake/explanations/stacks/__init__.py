"""What each TLS library and program is known to say: a file for each, its own tables the source."""
