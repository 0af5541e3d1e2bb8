"""Make the tables of words, recordings and the revision."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "heed_words",
        sa.Column("word", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text),
        sa.Column("taught_at", sa.DateTime, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("teacher", sa.String(64), nullable=False),
        sa.Column("recall", sa.Float),
        sa.Column("look_alikes", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "heed_recordings",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("word", sa.String(64), sa.ForeignKey("heed_words.word"), nullable=False, index=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("wav", sa.LargeBinary, nullable=False),
        sa.Column("features", sa.LargeBinary, nullable=False),
    )
    revisions = op.create_table("heed_revision", sa.Column("revision", sa.Integer, nullable=False))
    op.bulk_insert(revisions, [{"revision": 0}])
