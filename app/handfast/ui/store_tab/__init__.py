"""The tab of one keystore: the tree of entries, findings, unlocking, and saving."""
