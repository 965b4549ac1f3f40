"""The start page: recent keystores, partners, and what people come to do."""
