"""Which figure an entry in the history of alerts was about.

Revision: 0010, after 0009. What a rule that was not changed since says is taken for its entries.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FIGURE_OF_RULE = """
UPDATE alert_changes SET figure = (
    SELECT alert_rules.figure FROM alert_rules
    WHERE alert_rules.id = alert_changes.rule_id AND alert_rules.updated_at <= alert_changes.at
)
"""


def upgrade() -> None:
    op.add_column("alert_changes", sa.Column("figure", sa.String(64)))
    op.execute(sa.text(FIGURE_OF_RULE))


def downgrade() -> None:
    with op.batch_alter_table("alert_changes") as changes:
        changes.drop_column("figure")
