"""Certificates, requests, and revocation lists: read in short, in whole, and leniently."""
