"""The rules of the domain that every face uses, each of them once."""
