"""Alembic's migrations; run them with `backend.store.upgrade`."""
