"""Calls that we place, and callers that are handed to an agent."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
    )


def upgrade() -> None:
    op.create_table(
        "call_outs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("notice_id", sa.String(36), nullable=True),
        sa.Column("emergency_id", sa.String(36), nullable=True),
        sa.Column("handoff_id", sa.String(36), nullable=True),
        sa.Column("elder_id", sa.String(36), nullable=True),
        sa.Column("contact_id", sa.String(36), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("agent", sa.String(64), nullable=True),
        sa.Column("key", sa.String(1), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _key("call_outs", "notice_id", "notices"),
        _key("call_outs", "emergency_id", "emergencies"),
        _key("call_outs", "handoff_id", "handoffs"),
        _key("call_outs", "elder_id", "elders"),
        _key("call_outs", "contact_id", "contacts"),
        sa.CheckConstraint(
            "purpose IN ('emergency', 'call_back')", name=op.f("ck_call_outs_purpose")
        ),
        sa.CheckConstraint(
            "outcome IN ('calling', 'answered', 'acknowledged', 'machine', 'busy', 'no_answer', "
            "'unreachable', 'no_agent')",
            name=op.f("ck_call_outs_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_outs")),
    )
    for column in ("notice_id", "emergency_id", "handoff_id", "elder_id", "placed_at"):
        op.create_index(op.f(f"ix_call_outs_{column}"), "call_outs", [column])
    op.create_table(
        "transfers",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("elder_id", sa.String(36), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        _key("transfers", "elder_id", "elders"),
        sa.CheckConstraint(
            "outcome IN ('offered', 'connected', 'declined', 'gone')",
            name=op.f("ck_transfers_outcome"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    for column in ("conversation_id", "elder_id", "offered_at"):
        op.create_index(op.f(f"ix_transfers_{column}"), "transfers", [column])


def downgrade() -> None:
    op.drop_table("transfers")
    op.drop_table("call_outs")
