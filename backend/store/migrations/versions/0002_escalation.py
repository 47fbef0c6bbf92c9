"""Escalation: rungs, posts on duty, who acknowledged and how."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

POSTS = "'desk', 'community_worker', 'grid_worker', 'property', 'duty_phone'"
CHANNELS = "'email', 'webhook', 'sms', 'wechat', 'telegram', 'voice_call'"
STATUSES = "'pending', 'delivered', 'failed'"
LIVE = sa.text("status IN ('open', 'acknowledged')")


def upgrade() -> None:
    op.create_table(
        "rungs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("emergency_id", sa.String(36), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("who", postgresql.ARRAY(sa.String(32)), nullable=False),
        sa.Column("loudness", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["emergency_id"], ["emergencies.id"], name=op.f("fk_rungs_emergency_id_emergencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rungs")),
        sa.UniqueConstraint("emergency_id", "round", "number", name=op.f("uq_rungs_emergency_id")),
    )

    op.add_column("contacts", sa.Column("post", sa.String(32), nullable=True))
    op.add_column("contacts", sa.Column("area", sa.String(128), nullable=False, server_default=""))
    op.alter_column("contacts", "area", server_default=None)
    op.add_column("contacts", sa.Column("name", sa.Text(), nullable=True))
    op.create_index(op.f("ix_contacts_post"), "contacts", ["post"])
    op.create_check_constraint(op.f("ck_contacts_post"), "contacts", f"post IN ({POSTS})")
    _checked("contacts", "owner", "num_nonnulls(family_member_id, elder_id, post) = 1")
    _checked("contacts", "channel", f"channel IN ({CHANNELS}, 'desk')")

    op.add_column("notices", sa.Column("rung_id", sa.String(36), nullable=True))
    op.add_column("notices", sa.Column("post", sa.String(32), nullable=True))
    op.add_column("notices", sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_notices_rung_id_rungs"), "notices", "rungs", ["rung_id"], ["id"])
    op.create_unique_constraint(op.f("uq_notices_rung_id"), "notices", ["rung_id", "contact_id"])
    op.execute(
        "UPDATE notices SET tried_at = first.at FROM "
        "(SELECT notice_id, min(at) AS at FROM deliveries GROUP BY notice_id) AS first "
        "WHERE first.notice_id = notices.id"
    )
    _checked("notices", "status", f"status IN ({STATUSES}, 'withdrawn')")

    op.drop_index("uq_emergencies_live_conversation", "emergencies", postgresql_where=LIVE)
    op.create_index(op.f("ix_emergencies_conversation_id"), "emergencies", ["conversation_id"])
    op.add_column("emergencies", sa.Column("earlier_id", sa.String(36), nullable=True))
    op.add_column(
        "emergencies", sa.Column("last_sign_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute("UPDATE emergencies SET last_sign_at = raised_at")
    op.alter_column("emergencies", "last_sign_at", nullable=False)
    op.add_column("emergencies", sa.Column("unheld_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE emergencies SET unheld_at = now() WHERE status = 'open'")
    op.add_column("emergencies", sa.Column("acknowledged_channel", sa.String(32), nullable=True))
    op.add_column("emergencies", sa.Column("acknowledged_contact_id", sa.String(36), nullable=True))
    op.create_foreign_key(
        op.f("fk_emergencies_earlier_id_emergencies"),
        "emergencies",
        "emergencies",
        ["earlier_id"],
        ["id"],
    )
    op.create_foreign_key(
        op.f("fk_emergencies_acknowledged_contact_id_contacts"),
        "emergencies",
        "contacts",
        ["acknowledged_contact_id"],
        ["id"],
    )

    op.add_column("emergency_events", sa.Column("kind", sa.String(32), nullable=True))
    op.add_column("emergency_events", sa.Column("conversation_id", sa.String(128), nullable=True))
    op.execute(
        "UPDATE emergency_events AS v SET conversation_id = e.conversation_id, kind = e.kind "
        "FROM emergencies AS e WHERE e.id = v.emergency_id AND v.event IN ('raised', 'sign')"
    )
    op.create_index(
        op.f("ix_emergency_events_conversation_id"), "emergency_events", ["conversation_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_emergency_events_conversation_id"), "emergency_events")
    op.drop_column("emergency_events", "conversation_id")
    op.drop_column("emergency_events", "kind")

    for column in (
        "acknowledged_contact_id",
        "acknowledged_channel",
        "unheld_at",
        "last_sign_at",
        "earlier_id",
    ):
        op.drop_column("emergencies", column)
    op.drop_index(op.f("ix_emergencies_conversation_id"), "emergencies")
    op.create_index(
        "uq_emergencies_live_conversation",
        "emergencies",
        ["conversation_id"],
        unique=True,
        postgresql_where=LIVE,
    )

    op.execute("UPDATE notices SET status = 'failed' WHERE status = 'withdrawn'")
    _checked("notices", "status", f"status IN ({STATUSES})")
    for column in ("tried_at", "post", "rung_id"):
        op.drop_column("notices", column)

    op.execute(
        "DELETE FROM deliveries WHERE notice_id IN (SELECT n.id FROM notices n "
        "JOIN contacts c ON c.id = n.contact_id WHERE c.post IS NOT NULL)"
    )
    op.execute(
        "DELETE FROM notices WHERE contact_id IN (SELECT id FROM contacts WHERE post IS NOT NULL)"
    )
    op.execute("DELETE FROM contacts WHERE post IS NOT NULL")
    _checked("contacts", "channel", f"channel IN ({CHANNELS})")
    op.drop_constraint(op.f("ck_contacts_owner"), "contacts")
    op.drop_index(op.f("ix_contacts_post"), "contacts")
    for column in ("name", "area", "post"):
        op.drop_column("contacts", column)
    op.create_check_constraint(
        op.f("ck_contacts_owner"), "contacts", "num_nonnulls(family_member_id, elder_id) = 1"
    )
    op.drop_table("rungs")


def _checked(table: str, name: str, condition: str) -> None:
    """Replace a check."""
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
