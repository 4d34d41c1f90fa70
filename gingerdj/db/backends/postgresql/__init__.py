"""Connections to PostgreSQL, by the driver psycopg."""
