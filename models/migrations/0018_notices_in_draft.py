"""Notices that are drafted first, by a person or a rule, and changed later."""
from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.drop_not_null('notice', 'by_id'),
        migrator.add_column('notice', 'is_draft', BooleanField(default=False)),
        migrator.add_column('notice', 'changed_at', DateTimeField(null=True)),
        migrator.add_column('notice', 'version', IntegerField(default=0)),
    )
    db.execute_sql('CREATE INDEX "notice_draft" ON "notice" ("estate_id") WHERE "is_draft"')
