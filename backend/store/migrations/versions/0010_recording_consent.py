"""Whether an elder agreed that calls are recorded."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "elders",
        sa.Column("recording_consent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("elders", "recording_consent", server_default=None)


def downgrade() -> None:
    op.drop_column("elders", "recording_consent")
