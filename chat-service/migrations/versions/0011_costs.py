"""What answers cost: prices in versions, budgets, spending by day, reservations."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Answers that are kept for an Idempotency-Key must be those of today. In a title each quote has a backslash before it.
KEPT_ANSWERS = """
UPDATE idempotency_keys SET answer = replace(answer, '"message_count":', '"cost_usd":0.0,"message_count":')
WHERE scope LIKE 'conversations:%'
"""
NEW_TABLES = ("price_versions", "budgets", "spending", "reservations")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("cost_nano_usd", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("messages", sa.Column("cost_nano_usd", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("is_cost_estimated", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "price_versions",
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("input_nano_usd_per_million", sa.BigInteger(), nullable=False),
        sa.Column("output_nano_usd_per_million", sa.BigInteger(), nullable=False),
        sa.Column("is_from_file", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("model", "valid_from", name="pk_price_versions"),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("limit_nano_usd", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.UniqueConstraint("scope", "subject", "period", name="uq_budgets_scope_subject_period"),
    )
    op.create_table(
        "spending",
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nano_usd", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "day", name="pk_spending"),
    )
    op.create_table(
        "reservations",
        sa.Column("answer_id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("nano_usd", sa.BigInteger(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", name="pk_reservations"),
    )
    op.create_index("ix_reservations_held_until", "reservations", ["held_until"])
    op.execute(sa.text(KEPT_ANSWERS.replace(":", r"\:")))


def downgrade() -> None:
    for table in NEW_TABLES:
        op.drop_table(table)
    op.drop_column("messages", "is_cost_estimated")
    op.drop_column("messages", "cost_nano_usd")
    op.drop_column("conversations", "cost_nano_usd")
