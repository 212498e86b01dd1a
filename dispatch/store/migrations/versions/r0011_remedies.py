"""Make the table of remedies that were carried out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied_remedy",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(length=200), nullable=False),
        sa.Column("change", sa.String(length=200), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("eased", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.String(length=200), nullable=True),
        sa.Column("done_by", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["plan_version"], ["plan.version"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("applied_remedy", schema=None) as batch_op:
        for column in ("plan_version", "visit_id"):
            batch_op.create_index(batch_op.f(f"ix_applied_remedy_{column}"), [column])
