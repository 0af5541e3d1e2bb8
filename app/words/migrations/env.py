"""Run migrations within the transaction of app/words/database.py; Alembic reads this file."""

from alembic import context

from app.words.database import migrations, tables

context.configure(
    connection=context.config.attributes["connection"], target_metadata=tables, version_table=migrations.name
)
context.run_migrations()
