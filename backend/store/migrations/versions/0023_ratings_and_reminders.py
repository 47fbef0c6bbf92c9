"""What is said of an order that was carried out, and medicines that elders are reminded of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CHECK_INS = "'satisfaction', 'care', 'device_check'"
PURPOSES = f"'emergency', 'call_back', {CHECK_INS}"


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _words(table: str, column: str, words: str) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({words})")


def upgrade() -> None:
    op.create_table(
        "ratings",
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=True),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _key("ratings", "order_id", "orders"),
        _key("ratings", "case_id", "handoffs"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_stars")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_ratings")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("elder_id", sa.String(36), nullable=False),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("times", postgresql.ARRAY(sa.String(5)), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        _key("reminders", "elder_id", "elders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    for column in ("elder_id", "conversation_id"):
        op.create_index(op.f(f"ix_reminders_{column}"), "reminders", [column])
    _words("check_ins", "kind", f"{CHECK_INS}, 'reminder'")
    _words("call_outs", "purpose", f"{PURPOSES}, 'reminder'")


def downgrade() -> None:
    op.execute("DELETE FROM call_outs WHERE purpose = 'reminder'")
    op.execute("DELETE FROM check_ins WHERE kind = 'reminder'")
    _words("call_outs", "purpose", PURPOSES)
    _words("check_ins", "kind", CHECK_INS)
    op.drop_table("reminders")
    op.drop_table("ratings")
