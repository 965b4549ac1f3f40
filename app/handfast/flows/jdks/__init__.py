"""The trust stores of the JDKs as a flow."""
