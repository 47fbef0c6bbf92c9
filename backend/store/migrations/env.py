"""Alembic's environment: it works on the connection it is handed and reads no settings."""

import importlib
import pkgutil

from alembic import context
from sqlalchemy.dialects.postgresql.base import ischema_names

from backend import store
from backend.store import policy
from backend.store.base import Base

ischema_names["vector"] = policy.Meaning
for room in pkgutil.iter_modules(store.__path__):
    importlib.import_module(f"{store.__name__}.{room.name}")  # each adds its tables to the metadata


def is_ours(name: str | None, kind: str, parents: object) -> bool:
    """Leave Procrastinate's own tables to Procrastinate."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_name=is_ours,
    compare_type=True,
    user_module_prefix="types.",
)
with context.begin_transaction():
    context.run_migrations()
