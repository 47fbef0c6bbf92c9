"""Devices and what they report."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "one_key fall movement incontinence gas health gps"
TYPES = (
    "pressed fall gas smoke health no_movement left_home incontinence "
    "heartbeat location reading battery_low online offline cancelled test"
)


def _one_of(column: str, words: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return f"{column} IN ({listed})"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("location_consent", sa.Boolean(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("located_at", moment, nullable=True),
        sa.Column("battery", sa.Integer(), nullable=True),
        sa.Column("online", sa.Boolean(), nullable=True),
        sa.Column("seen_at", moment, nullable=True),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint(_one_of("kind", KINDS), name=op.f("ck_devices_kind")),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_devices_elder_id_elders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_elder_id"), "devices", ["elder_id"], unique=False)
    op.create_table(
        "device_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("readings", sa.Text(), nullable=True),
        sa.Column("emergency_id", sa.String(length=36), nullable=True),
        sa.Column("at", moment, nullable=True),
        sa.Column("received_at", moment, nullable=False),
        sa.CheckConstraint(_one_of("type", TYPES), name=op.f("ck_device_events_type")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_events_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["emergency_id"],
            ["emergencies.id"],
            name=op.f("fk_device_events_emergency_id_emergencies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_events")),
        sa.UniqueConstraint(
            "device_id", "event_id", "digest", name=op.f("uq_device_events_device_id")
        ),
    )
    op.create_index(
        op.f("ix_device_events_emergency_id"), "device_events", ["emergency_id"], unique=False
    )
    op.create_index(
        op.f("ix_device_events_received_at"), "device_events", ["received_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("device_events")
    op.drop_table("devices")
