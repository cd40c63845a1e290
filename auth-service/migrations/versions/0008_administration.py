"""What admins have set, invitations, and erasures with each service's part in them."""

import sqlalchemy as sa
from alembic import op
from service_kit.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "service_settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_service_settings"),
    )
    _create_invitations()
    _create_erasures()


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("email", sa.String(320), nullable=True),
        sa.Column("email_key", sa.String(1024), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.String(36), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("used_by_id", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["users.id"], name="fk_invitations_created_by_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["used_by_id"], ["users.id"], name="fk_invitations_used_by_id_users", ondelete="SET NULL"
        ),
    )
    for column in ("used_by_id", "email_key"):
        op.create_index(f"ix_invitations_{column}", "invitations", [column])


def _create_erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("is_own_request", sa.Boolean(), nullable=False),
        sa.Column("receipt_hash", sa.String(64), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("user_id", name="uq_erasures_user_id"),
        sa.UniqueConstraint("receipt_hash", name="uq_erasures_receipt_hash"),
    )
    op.create_table(
        "erasure_tasks",
        sa.Column("erasure_id", sa.String(36), nullable=False),
        sa.Column("service", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", UtcDateTime(), nullable=True),
        sa.Column("problem", sa.String(255), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("erased", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("erasure_id", "service", name="pk_erasure_tasks"),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name="fk_erasure_tasks_erasure_id_erasures", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_erasure_tasks_confirmed_at", "erasure_tasks", ["confirmed_at"])


def downgrade() -> None:
    for table in ("erasure_tasks", "erasures", "invitations", "service_settings"):
        op.drop_table(table)
