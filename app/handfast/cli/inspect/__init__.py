"""The verbs that look at keystores and messages and change nothing."""
