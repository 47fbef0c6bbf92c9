"""What was consented to and by whom; notices in hand; visits that did not end or were not."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def upgrade() -> None:
    create_consent_changes()
    take_back_what_nobody_asked_for()
    op.add_column("notices", sa.Column("claimed_at", MOMENT, nullable=True))
    create_missed_visits()
    name = op.f("ck_visits_status")
    op.drop_constraint(name, "visits", type_="check")
    op.create_check_constraint(name, "visits", "status IN ('under_way', 'finished', 'not_ended')")


def create_consent_changes() -> None:
    op.create_table(
        "consent_changes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("family_member_id", sa.String(36), nullable=False),
        sa.Column("consents", sa.ARRAY(sa.String(32)), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _key("consent_changes", "family_member_id", "family_members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_changes")),
    )
    op.create_index(
        op.f("ix_consent_changes_family_member_id"), "consent_changes", ["family_member_id"]
    )


def take_back_what_nobody_asked_for() -> None:
    """Registered relatives had all four kinds unasked; only what the register may open stays.

    Whoever was asked since (the audit says so), and guardians, keep theirs.
    """
    op.execute(
        """
        UPDATE family_members SET consents = ARRAY['orders']::varchar[]
        WHERE role = 'family' AND cardinality(consents) = 4 AND NOT EXISTS (
            SELECT 1 FROM audit
            WHERE audit.action = 'consent' AND audit.object = 'family_member:' || family_members.id
        )
        """
    )
    op.execute("UPDATE family_members SET consents = '{}'::varchar[] WHERE role = 'neighbour'")


def create_missed_visits() -> None:
    op.create_table(
        "missed_visits",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("worker_id", sa.String(36), nullable=True),
        sa.Column("noticed_at", MOMENT, nullable=False),
        sa.Column("handled_by", sa.Text(), nullable=True),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        _key("missed_visits", "order_id", "orders"),
        _key("missed_visits", "worker_id", "workers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_visits")),
        sa.UniqueConstraint("order_id", "day", name=op.f("uq_missed_visits_order_id")),
    )


def downgrade() -> None:
    name = op.f("ck_visits_status")
    op.execute("UPDATE visits SET status = 'finished' WHERE status = 'not_ended'")
    op.drop_constraint(name, "visits", type_="check")
    op.create_check_constraint(name, "visits", "status IN ('under_way', 'finished')")
    op.drop_table("missed_visits")
    op.drop_column("notices", "claimed_at")
    op.drop_table("consent_changes")
