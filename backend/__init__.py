"""The service backend: elders, orders, notices, emergencies, and the API over them."""
