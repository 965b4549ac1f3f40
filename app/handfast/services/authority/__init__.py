"""A small CA: issuing, signing requests, revoking, and renewing."""
