"""The user guide, the help for a field, and the explanation of an error."""
