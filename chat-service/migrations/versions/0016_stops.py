"""Answers that are to end, for whichever process writes them."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("stop_asked_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "stop_asked_at")
