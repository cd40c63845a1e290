"""What a person thinks of an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("feedback_rating", sa.String(10), nullable=True))
    op.add_column("messages", sa.Column("feedback_comment", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("messages", "feedback_comment")
    op.drop_column("messages", "feedback_rating")
