"""Alert rules that tell administrators by mail.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alert_rules", sa.Column("email", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("alert_notices", sa.Column("channel", sa.String(16), nullable=False, server_default="webhook"))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM alert_notices WHERE channel <> 'webhook'"))
    with op.batch_alter_table("alert_notices") as notices:
        notices.drop_column("channel")
    with op.batch_alter_table("alert_rules") as rules:
        rules.drop_column("email")
