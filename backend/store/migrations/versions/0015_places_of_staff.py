"""Which place a member of staff serves, and assessments of needs."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATUSES = "status IN ('open', 'waiting', 'confirmed', 'changed')"


def upgrade() -> None:
    op.add_column(
        "desk_agents",
        sa.Column("area", sa.String(length=128), server_default="", nullable=False),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=False),
        sa.Column("questionnaire", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("told_by", sa.String(length=32), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("assessed_by", sa.String(length=64), nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversation_id", sa.String(length=128), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATUSES, name=op.f("ck_assessments_status")),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_assessments_elder_id_elders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
    )
    for column in ("elder_id", "status"):
        op.create_index(op.f(f"ix_assessments_{column}"), "assessments", [column])


def downgrade() -> None:
    op.drop_table("assessments")
    op.drop_column("desk_agents", "area")
