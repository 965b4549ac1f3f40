"""Files that are made to cost: what each of them takes, measured in a process of its own."""
