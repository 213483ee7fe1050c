"""Other people's clinical tables, read by a declared mapping; one file a foreign format."""
