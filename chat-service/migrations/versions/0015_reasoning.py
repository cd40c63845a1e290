"""What a model thought before it answered."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("reasoning", sa.Text(), nullable=True))
    op.add_column("messages", sa.Column("reasoning_seconds", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "reasoning_seconds")
    op.drop_column("messages", "reasoning")
