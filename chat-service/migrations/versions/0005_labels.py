"""How people sort their conversations: pinned ones, folders and tags."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Answers that are kept for an Idempotency-Key must be those of today. In a title each quote has a backslash before it.
KEPT_ANSWERS = """
UPDATE idempotency_keys SET answer = replace(answer, '"archived":', '{fields}"archived":')
WHERE scope LIKE 'conversations:%'
"""
FIELDS = '"pinned":false,"folder":null,"tags":[],'
PINNED_INDEX = "ix_conversations_pinned"
FOLDER_INDEX = "ix_conversations_in_folder"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("is_pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("conversations", sa.Column("folder", sa.String(100), nullable=True))
    op.create_index(
        PINNED_INDEX,
        "conversations",
        ["user_id", "is_archived", "activity_at", "id"],
        sqlite_where=sa.text("is_pinned = 1"),
        postgresql_where=sa.text("is_pinned"),
    )
    op.create_index(
        FOLDER_INDEX,
        "conversations",
        ["user_id", "folder", "is_archived", "activity_at", "id"],
        sqlite_where=sa.text("folder IS NOT NULL"),
        postgresql_where=sa.text("folder IS NOT NULL"),
    )
    op.create_table(
        "conversation_tags",
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("folded_name", sa.String(200), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_tags_conversation_id_conversations",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "folded_name", name="pk_conversation_tags"),
    )
    op.create_index("ix_conversation_tags_of_user", "conversation_tags", ["user_id", "folded_name", "conversation_id"])
    op.execute(sa.text(KEPT_ANSWERS.format(fields=FIELDS).replace(":", r"\:")))


def downgrade() -> None:
    op.drop_table("conversation_tags")
    op.drop_index(FOLDER_INDEX, "conversations")
    op.drop_index(PINNED_INDEX, "conversations")
    op.drop_column("conversations", "folder")
    op.drop_column("conversations", "is_pinned")
