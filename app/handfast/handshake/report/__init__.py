"""What a handshake is reported as: steps, verdicts, causes, and wording."""
