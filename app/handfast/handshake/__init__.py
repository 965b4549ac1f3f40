"""Mutual TLS between two parties: rehearsed, told as a story, and explained. No Qt."""
