"""How the order database is made and brought up to date: Alembic's scripts, run when the database is opened."""
