"""What the model saw for an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("context", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "context")
