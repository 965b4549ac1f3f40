"""The verbs about a handshake: rehearsed, probed, waited for, or configured."""
