"""The conversation: understand, recommend, serve, explain."""
