"""Make the tables of disruptions, appointment slots and reserved parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disruption",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=5000), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_disruption_lifted_at", "disruption", ["lifted_at"])
    op.create_index("ix_disruption_subject", "disruption", ["subject"])
    op.create_table(
        "slot",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("region", sa.String(length=200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("engineer_id", sa.String(length=200), nullable=False),
        sa.Column("shift_id", sa.String(length=200), nullable=False),
        sa.Column("work_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("work_finish", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("offered_by", sa.String(length=200), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_slot_expires_at", "slot", ["expires_at"])
    op.create_index("ix_slot_request_id", "slot", ["request_id"])
    op.create_index("ix_slot_state", "slot", ["state"])
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("depot_id", sa.String(length=200), nullable=False),
        sa.Column("part_id", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("needed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("shift_id", sa.String(length=200), nullable=True),
        sa.Column("engineer_id", sa.String(length=200), nullable=True),
        sa.Column("slot_id", sa.String(length=200), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"]),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"]),
        sa.ForeignKeyConstraint(["plan_version"], ["plan.version"]),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reservation_depot_id", "reservation", ["depot_id"])
    op.create_index("ix_reservation_part_id", "reservation", ["part_id"])
    op.create_index("ix_reservation_plan_version", "reservation", ["plan_version"])
    op.create_index("ix_reservation_slot_id", "reservation", ["slot_id"])


def downgrade() -> None:
    op.drop_table("reservation")
    op.drop_table("slot")
    op.drop_table("disruption")
