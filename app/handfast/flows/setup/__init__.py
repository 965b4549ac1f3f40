"""The set-up of mutual TLS with a partner, without a screen."""
