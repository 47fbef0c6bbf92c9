"""Ways of telling: quiet hours of a contact, ways for alarms only, staff channels."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHANNELS = "'email', 'webhook', 'sms', 'wechat', 'telegram', 'voice_call', 'desk'"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("quiet_hours", sa.String(11), nullable=True))
    op.add_column(
        "contacts",
        sa.Column("alarms_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("contacts", "alarms_only", server_default=None)
    op.create_index(op.f("ix_deliveries_receipt"), "deliveries", ["receipt"])
    _channels(f"channel IN ({CHANNELS}, 'staff')")


def downgrade() -> None:
    op.execute("DELETE FROM contacts WHERE channel = 'staff'")
    _channels(f"channel IN ({CHANNELS})")
    op.drop_index(op.f("ix_deliveries_receipt"), "deliveries")
    op.drop_column("contacts", "alarms_only")
    op.drop_column("contacts", "quiet_hours")


def _channels(condition: str) -> None:
    op.drop_constraint(op.f("ck_contacts_channel"), "contacts")
    op.create_check_constraint(op.f("ck_contacts_channel"), "contacts", condition)
