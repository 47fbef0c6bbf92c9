"""Accounts of the mini-program and of its page in a browser, and codes for elders themselves."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CONTACTS = "'email', 'webhook', 'sms', 'wechat', 'telegram', 'voice_call', 'desk', 'staff'"
ACCOUNTS = "'wechat', 'telegram'"
ADDED = "'mini', 'web'"


def upgrade() -> None:
    _channels("contacts", f"{CONTACTS}, {ADDED}")
    _channels("accounts", f"{ACCOUNTS}, {ADDED}")
    _ways("'call', 'letter', 'own'")


def downgrade() -> None:
    op.execute("DELETE FROM binding_codes WHERE way = 'own'")
    _ways("'call', 'letter'")
    op.execute("DELETE FROM contacts WHERE channel IN ('mini', 'web')")
    op.execute(
        "DELETE FROM binding_requests USING accounts"
        " WHERE accounts.id = account_id AND channel IN ('mini', 'web')"
    )
    op.execute("DELETE FROM accounts WHERE channel IN ('mini', 'web')")
    _channels("contacts", CONTACTS)
    _channels("accounts", ACCOUNTS)


def _channels(table: str, known: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_channel"), table)
    op.create_check_constraint(op.f(f"ck_{table}_channel"), table, f"channel IN ({known})")


def _ways(known: str) -> None:
    op.drop_constraint(op.f("ck_binding_codes_way"), "binding_codes")
    op.create_check_constraint(op.f("ck_binding_codes_way"), "binding_codes", f"way IN ({known})")
