"""Counted failures, which make whoever guesses wait."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "failure_counts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("count", sa.Double(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("blocked_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_failure_counts"),
    )
    op.create_index("ix_failure_counts_at", "failure_counts", ["at"])


def downgrade() -> None:
    op.drop_table("failure_counts")
