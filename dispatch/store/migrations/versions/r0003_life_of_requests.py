"""Make the tables of complaints, service reports, alerts and expected times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_alert",
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("percent", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", "kind", "percent"),
    )
    op.create_table(
        "eta",
        sa.Column("visit_id", sa.String(length=200), nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("engineer_id", sa.String(length=200), nullable=False),
        sa.Column("shift_id", sa.String(length=200), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("arrive", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finish", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("arrive_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_s", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", "member"),
    )
    with op.batch_alter_table("eta", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eta_engineer_id"), ["engineer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_eta_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.String(length=200), nullable=False),
        sa.Column("site_id", sa.String(length=200), nullable=True),
        sa.Column("request_id", sa.String(length=200), nullable=True),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["site.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_closed_at"), ["closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_request_id"), ["request_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_site_id"), ["site_id"], unique=False)

    op.create_table(
        "service_report",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.String(length=200), nullable=True),
        sa.Column("text", sa.String(length=10000), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visit.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("service_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_report_request_id"), ["request_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_service_report_visit_id"), ["visit_id"], unique=False)

    with op.batch_alter_table("engineer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("van_debt", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("works", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("works_from", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("results", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("skipped", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("score", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("score_comment", sa.String(length=10000), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("en_route_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sent", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("undo", sa.JSON(), nullable=False, server_default="{}"))
