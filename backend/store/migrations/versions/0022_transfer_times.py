"""How long a caller who has said yes waits until they are joined with the agent."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0019"
branch_labels = None
depends_on = None

COLUMNS = ("agreed_at", "joined_at")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("transfers", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("transfers", name)
