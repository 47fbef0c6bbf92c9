"""Passages of an operator's own documents, found by words, sounds and meaning."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from backend.store.policy import Meaning

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.create_table(
        "policy_documents",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("locality", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_documents")),
        sa.UniqueConstraint("locality", "title", name=op.f("uq_policy_documents_locality")),
    )
    op.create_table(
        "policy_passages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("sounds", postgresql.TSVECTOR(), nullable=False),
        sa.Column("meaning", Meaning(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_passages")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["policy_documents.id"],
            name=op.f("fk_policy_passages_document_id_policy_documents"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_policy_passages_document_id"), "policy_passages", ["document_id"])
    for column in ("words", "sounds"):
        op.create_index(
            op.f(f"ix_policy_passages_{column}"),
            "policy_passages",
            [column],
            postgresql_using="gin",
        )


def downgrade() -> None:
    op.drop_table("policy_passages")
    op.drop_table("policy_documents")
