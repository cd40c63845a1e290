"""What is remembered of events that went because they were old.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_events",
        sa.Column("digest", sa.LargeBinary(12), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_removed_events"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "removed_conversations",
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("conversation_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name="pk_removed_conversations"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("removed_conversations")
    op.drop_table("removed_events")
