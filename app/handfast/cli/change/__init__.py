"""The verbs that write a file: a keystore, an entry in one, or what is exported from one."""
