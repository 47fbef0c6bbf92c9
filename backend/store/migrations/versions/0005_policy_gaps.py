"""What was asked about policy and no document answered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_gaps",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("locality", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_gaps")),
    )
    for column in ("conversation_id", "locality", "created_at"):
        op.create_index(op.f(f"ix_policy_gaps_{column}"), "policy_gaps", [column])


def downgrade() -> None:
    op.drop_table("policy_gaps")
