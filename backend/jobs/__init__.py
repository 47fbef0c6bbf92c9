"""Durable work on PostgreSQL (Procrastinate): notices, and emergencies on a queue of their own."""
