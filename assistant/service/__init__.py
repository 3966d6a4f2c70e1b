"""Customer service: the order database, policy as code, and what is said about orders."""
