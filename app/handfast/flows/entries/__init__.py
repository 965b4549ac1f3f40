"""What is done with the entries of an open keystore: copied, exported, edited."""
