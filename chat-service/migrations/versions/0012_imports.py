"""Which conversation of another place one was, so that it comes along once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("import_key", sa.String(100), nullable=True))
    op.create_index("uq_conversations_imported", "conversations", ["user_id", "import_key"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_conversations_imported", "conversations")
    op.drop_column("conversations", "import_key")
