"""The tables (SQLAlchemy 2, PostgreSQL only), their migrations and the connection to them."""
