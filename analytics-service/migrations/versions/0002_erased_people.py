"""Who was erased, known by a code alone, and the ways to what there is of one person.

Revision: 0002, after 0001.
"""

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
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("erased_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name="pk_erased_people"),
    )
    op.create_index("ix_events_user_id", "events", ["user_id", "occurred_at"])
    op.create_index("ix_daily_active_users_user_id", "daily_active_users", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_daily_active_users_user_id", "daily_active_users")
    op.drop_index("ix_events_user_id", "events")
    op.drop_table("erased_people")
