"""Whatever the bytes: a store or a typed error, soon, in little memory, and nothing lost."""
