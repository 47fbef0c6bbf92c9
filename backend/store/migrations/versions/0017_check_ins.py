"""Calls on which Anban asks, who is not to be called, and the calls that come in."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PURPOSES = "'emergency', 'call_back'"
TRANSFERS = "'offered', 'connected', 'declined', 'gone'"


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _words(table: str, column: str, words: str) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, f"{column} IN ({words})")


MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_check_ins()
    create_care_plans()
    create_do_not_call()
    create_inbound_calls()
    widen_call_outs()


def create_check_ins() -> None:
    op.create_table(
        "check_ins",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("elder_id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=True),
        sa.Column("device_id", sa.String(40), nullable=True),
        sa.Column("emergency_id", sa.String(36), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("case_id", sa.String(36), nullable=True),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        _key("check_ins", "elder_id", "elders"),
        _key("check_ins", "order_id", "orders"),
        _key("check_ins", "device_id", "devices"),
        _key("check_ins", "emergency_id", "emergencies"),
        _key("check_ins", "case_id", "handoffs"),
        sa.CheckConstraint(
            "kind IN ('satisfaction', 'care', 'device_check')", name=op.f("ck_check_ins_kind")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'done', 'given_up', 'not_allowed')",
            name=op.f("ck_check_ins_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("kind", "order_id", name=op.f("uq_check_ins_kind")),
    )
    for column in ("elder_id", "emergency_id", "due_at"):
        op.create_index(op.f(f"ix_check_ins_{column}"), "check_ins", [column])


def create_care_plans() -> None:
    op.create_table(
        "care_plans",
        sa.Column("elder_id", sa.String(36), nullable=False),
        sa.Column("every_days", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        _key("care_plans", "elder_id", "elders"),
        sa.PrimaryKeyConstraint("elder_id", name=op.f("pk_care_plans")),
    )


def create_do_not_call() -> None:
    op.create_table(
        "do_not_call",
        sa.Column("phone_index", sa.String(64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("phone_index", name=op.f("pk_do_not_call")),
    )


def create_inbound_calls() -> None:
    op.create_table(
        "inbound_calls",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("overflow_at", MOMENT, nullable=True),
        sa.Column("overflow", sa.String(16), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("by_anban", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.String(64), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_calls")),
    )
    op.create_index(op.f("ix_inbound_calls_arrived_at"), "inbound_calls", ["arrived_at"])


def widen_call_outs() -> None:
    op.add_column("call_outs", sa.Column("check_in_id", sa.String(36), nullable=True))
    op.create_foreign_key(
        op.f("fk_call_outs_check_in_id_check_ins"),
        "call_outs",
        "check_ins",
        ["check_in_id"],
        ["id"],
    )
    op.create_index(op.f("ix_call_outs_check_in_id"), "call_outs", ["check_in_id"])
    _words("call_outs", "purpose", f"{PURPOSES}, 'satisfaction', 'care', 'device_check'")
    _words("transfers", "outcome", "'offered', 'joining', 'connected', 'declined', 'gone'")


def downgrade() -> None:
    op.execute("DELETE FROM call_outs WHERE check_in_id IS NOT NULL")
    op.execute("UPDATE transfers SET outcome = 'gone' WHERE outcome = 'joining'")
    _words("transfers", "outcome", TRANSFERS)
    _words("call_outs", "purpose", PURPOSES)
    op.drop_index(op.f("ix_call_outs_check_in_id"), "call_outs")
    op.drop_constraint(op.f("fk_call_outs_check_in_id_check_ins"), "call_outs", type_="foreignkey")
    op.drop_column("call_outs", "check_in_id")
    for table in ("inbound_calls", "do_not_call", "care_plans", "check_ins"):
        op.drop_table(table)
