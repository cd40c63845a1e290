"""Queued mails, and the links for a new password."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0006"
down_revision = "0004"
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
    op.create_table(
        "password_resets",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("email_key", sa.String(1024), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_password_resets"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_password_resets_user_id_users", ondelete="CASCADE"),
    )
    op.create_index("ix_password_resets_user_id", "password_resets", ["user_id"])


def downgrade() -> None:
    for table in ("password_resets", "queued_mails"):
        op.drop_table(table)
