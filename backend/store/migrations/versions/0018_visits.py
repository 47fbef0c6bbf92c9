"""Workers, the numbers that bind their accounts, and their visits."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHANNELS = "'wechat', 'telegram', 'mini', 'web'"


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def upgrade() -> None:
    create_workers()
    create_worker_codes()
    create_visits()
    op.add_column("elders", sa.Column("position", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("worker_id", sa.String(36), nullable=True))
    op.create_index(op.f("ix_orders_worker_id"), "orders", ["worker_id"])
    op.create_foreign_key(
        op.f("fk_orders_worker_id_workers"), "orders", "workers", ["worker_id"], ["id"]
    )


def create_workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(64), nullable=True),
        sa.Column("provider_id", sa.String(36), nullable=True),
        sa.Column("area", sa.String(128), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(32), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_index", sa.String(64), nullable=True),
        sa.Column("bound_at", MOMENT, nullable=True),
        sa.Column("places", sa.Boolean(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _key("workers", "provider_id", "providers"),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_workers_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        sa.UniqueConstraint("channel", "address_index", name=op.f("uq_workers_channel")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_workers_phone_index")),
    )
    op.create_index(op.f("ix_workers_provider_id"), "workers", ["provider_id"])


def create_worker_codes() -> None:
    op.create_table(
        "worker_codes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("worker_id", sa.String(36), nullable=False),
        sa.Column("code_index", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        _key("worker_codes", "worker_id", "workers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_codes")),
        sa.UniqueConstraint("code_index", name=op.f("uq_worker_codes_code_index")),
    )
    op.create_index(op.f("ix_worker_codes_worker_id"), "worker_codes", ["worker_id"])


def create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worker_id", sa.String(36), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("flags", sa.ARRAY(sa.String(32)), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("arrival_came_at", MOMENT, nullable=False),
        sa.Column("arrival_place", sa.Text(), nullable=True),
        sa.Column("arrival_metres", sa.Integer(), nullable=True),
        sa.Column("arrival_key", sa.String(200), nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("leaving_came_at", MOMENT, nullable=True),
        sa.Column("leaving_place", sa.Text(), nullable=True),
        sa.Column("leaving_metres", sa.Integer(), nullable=True),
        sa.Column("leaving_key", sa.String(200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("differs", sa.Text(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        _key("visits", "order_id", "orders"),
        _key("visits", "worker_id", "workers"),
        sa.CheckConstraint("status IN ('under_way', 'finished')", name=op.f("ck_visits_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("order_id", "day", name=op.f("uq_visits_order_id")),
    )
    for column in ("day", "worker_id"):
        op.create_index(op.f(f"ix_visits_{column}"), "visits", [column])
    op.create_table(
        "visit_photos",
        sa.Column("visit_id", sa.String(36), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _key("visit_photos", "visit_id", "visits"),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_photos")),
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_orders_worker_id_workers"), "orders", type_="foreignkey")
    op.drop_index(op.f("ix_orders_worker_id"), "orders")
    op.drop_column("orders", "worker_id")
    op.drop_column("elders", "position")
    for table in ("visit_photos", "visits", "worker_codes", "workers"):
        op.drop_table(table)
