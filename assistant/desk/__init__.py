"""The service desk: who waits for a person, who works there, and what they may do."""
