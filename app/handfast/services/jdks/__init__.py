"""The JDKs of a machine: where they are, what each trusts, and a CA that all of them trust."""
