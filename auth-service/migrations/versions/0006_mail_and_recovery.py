"""Queued mails, and the links for a new password."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0006"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queued_mails",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("template", sa.String(32), nullable=False),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("context", sa.JSON(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("good_until", UtcDateTime(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("parked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_queued_mails"),
    )
    op.create_index("ix_queued_mails_next_attempt_at", "queued_mails", ["next_attempt_at"])
    op.create_index("ix_queued_mails_recipient", "queued_mails", ["recipient"])


def downgrade() -> None:
    op.drop_table("queued_mails")
