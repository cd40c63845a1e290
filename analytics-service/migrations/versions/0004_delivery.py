"""What senders report of their events, and how long events took to get here.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTS = ("waiting", "parked", "requests_waiting", "requests_dropped")


def upgrade() -> None:
    op.create_table(
        "senders",
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("instance", sa.String(128), nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS),
        sa.Column("oldest_waiting_at", UtcDateTime),
        sa.Column("is_in_trouble", sa.Boolean, nullable=False),
        sa.Column("last_error", sa.String(200)),
        sa.Column("last_error_at", UtcDateTime),
        sa.Column("has_ended", sa.Boolean, nullable=False),
        sa.Column("heard_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("source", "instance", name="pk_senders"),
    )
    op.create_table(
        "receipt_delays",
        sa.Column("slot", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("buckets", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("slot", name="pk_receipt_delays"),
    )


def downgrade() -> None:
    op.drop_table("receipt_delays")
    op.drop_table("senders")
