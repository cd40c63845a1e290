"""Whether a conversation's title is final: chosen by its person, or made by the model."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What there is keeps its title; only what has neither title nor messages may still be given one.
UNNAMED = """
UPDATE conversations SET is_title_settled = false WHERE message_count = 0 AND title = 'New conversation'
"""


def upgrade() -> None:
    op.add_column(
        "conversations", sa.Column("is_title_settled", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.execute(UNNAMED)


def downgrade() -> None:
    op.drop_column("conversations", "is_title_settled")
