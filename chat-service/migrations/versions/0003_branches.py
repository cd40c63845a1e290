"""Messages as a tree: each knows what it follows, each conversation the end of the branch that is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Until now each message followed the one before it.
PARENTS = """
UPDATE messages SET parent_id = (
    SELECT earlier.id FROM messages AS earlier
    WHERE earlier.conversation_id = messages.conversation_id AND earlier.position = messages.position - 1
)
"""
LEAVES = """
UPDATE conversations SET leaf_id = (
    SELECT messages.id FROM messages
    WHERE messages.conversation_id = conversations.id ORDER BY messages.position DESC LIMIT 1
)
"""


def upgrade() -> None:
    op.add_column("messages", sa.Column("parent_id", sa.String(36), nullable=True))
    op.add_column("conversations", sa.Column("leaf_id", sa.String(36), nullable=True))
    op.execute(PARENTS)
    op.execute(LEAVES)
    op.create_index("ix_messages_children", "messages", ["conversation_id", "parent_id"])


def downgrade() -> None:
    op.drop_index("ix_messages_children", "messages")
    op.drop_column("conversations", "leaf_id")
    op.drop_column("messages", "parent_id")
