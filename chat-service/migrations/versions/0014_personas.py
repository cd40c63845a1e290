"""Personas, and what a conversation takes over from one."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Answers that are kept for an Idempotency-Key must be those of today. In a title each quote has a backslash before it.
KEPT_ANSWERS = """
UPDATE idempotency_keys SET answer = replace(answer, '"archived":', '{fields}"archived":')
WHERE scope LIKE 'conversations:%'
"""
FIELDS = '"temperature":null,"persona_id":null,"persona_name":null,'


def upgrade() -> None:
    op.create_table(
        "personas",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.String(300), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=True),
        sa.Column("model", sa.String(200), nullable=True),
        sa.Column("temperature", sa.Float(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_personas"),
    )
    op.create_index("ix_personas_of_user", "personas", ["user_id", "id"])
    op.create_index(
        "ix_personas_shared",
        "personas",
        ["id"],
        sqlite_where=sa.text("is_shared = 1"),
        postgresql_where=sa.text("is_shared"),
    )
    op.add_column("conversations", sa.Column("temperature", sa.Float(), nullable=True))
    op.add_column("conversations", sa.Column("persona_id", sa.String(36), nullable=True))
    op.add_column("conversations", sa.Column("persona_name", sa.String(100), nullable=True))
    op.add_column("erased_people", sa.Column("personas", sa.Integer(), nullable=False, server_default="0"))
    op.execute(sa.text(KEPT_ANSWERS.format(fields=FIELDS).replace(":", r"\:")))


def downgrade() -> None:
    op.drop_column("erased_people", "personas")
    op.drop_column("conversations", "persona_name")
    op.drop_column("conversations", "persona_id")
    op.drop_column("conversations", "temperature")
    op.drop_table("personas")
