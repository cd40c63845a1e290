"""Who was erased, known by a code alone."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_people",
        sa.Column("person_hash", sa.String(64), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name="pk_erased_people"),
    )


def downgrade() -> None:
    op.drop_table("erased_people")
