"""Values: the store, its entries, certificates, passwords, history, errors. No I/O, no Qt."""
