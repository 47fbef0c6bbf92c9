"""Accounts of WeChat and Telegram, binding, consent."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0005"
branch_labels = None
depends_on = None

CHANNELS = "channel IN ('wechat', 'telegram')"
ROLES = "role IN ('guardian', 'family', 'neighbour')"
CONSENTS = "ARRAY['orders', 'state', 'location', 'health']::varchar[]"


def moment(name: str, *, nullable: bool = True) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    create_accounts()
    create_codes()
    create_requests()
    widen_people()


def create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_index", sa.String(64), nullable=False),
        sa.Column("followed", sa.Boolean(), nullable=False),
        moment("heard_at"),
        sa.Column("credits", postgresql.JSONB(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        moment("wrong_since"),
        moment("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("channel", "address_index", name=op.f("uq_accounts_channel")),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_accounts_channel")),
    )
    op.create_table(
        "received",
        sa.Column("key", sa.String(200), nullable=False),
        moment("at", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_received")),
    )
    op.create_index(op.f("ix_received_at"), "received", ["at"])


def create_codes() -> None:
    op.create_table(
        "binding_codes",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("elder_id", sa.String(36), nullable=False),
        sa.Column("code_index", sa.String(64), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("consents", postgresql.ARRAY(sa.String(32)), nullable=False),
        moment("created_at", nullable=False),
        moment("expires_at", nullable=False),
        moment("used_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_codes")),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_binding_codes_elder_id_elders")
        ),
        sa.UniqueConstraint("code_index", name=op.f("uq_binding_codes_code_index")),
        sa.CheckConstraint("way IN ('call', 'letter')", name=op.f("ck_binding_codes_way")),
        sa.CheckConstraint(ROLES, name=op.f("ck_binding_codes_role")),
    )
    op.create_index(op.f("ix_binding_codes_elder_id"), "binding_codes", ["elder_id"])


def create_requests() -> None:
    op.create_table(
        "binding_requests",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("elder_id", sa.String(36), nullable=True),
        sa.Column("elder_phone", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        moment("created_at", nullable=False),
        moment("decided_at"),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_requests")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_binding_requests_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_binding_requests_elder_id_elders")
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'approved', 'refused')", name=op.f("ck_binding_requests_status")
        ),
        sa.CheckConstraint(ROLES, name=op.f("ck_binding_requests_role")),
    )
    for column in ("account_id", "elder_id", "created_at"):
        op.create_index(op.f(f"ix_binding_requests_{column}"), "binding_requests", [column])


def widen_people() -> None:
    op.add_column("contacts", sa.Column("address_index", sa.String(64), nullable=True))
    op.create_index(op.f("ix_contacts_address_index"), "contacts", ["address_index"])
    op.add_column("conversations", sa.Column("account_index", sa.String(64), nullable=True))
    op.add_column(
        "family_members",
        sa.Column(
            "consents",
            postgresql.ARRAY(sa.String(32)),
            nullable=False,
            server_default=sa.text(CONSENTS),
        ),
    )
    op.alter_column("family_members", "consents", server_default=None)
    op.add_column("family_members", moment("revoked_at"))


def downgrade() -> None:
    op.drop_column("family_members", "revoked_at")
    op.drop_column("family_members", "consents")
    op.drop_column("conversations", "account_index")
    op.drop_column("contacts", "address_index")
    for table in ("binding_requests", "binding_codes", "received", "accounts"):
        op.drop_table(table)
