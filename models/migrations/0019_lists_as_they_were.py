"""What was asked at a point, and by which code it was known, at any time before: what a phone kept is judged by it."""
from datetime import datetime

from peewee import *


def up(migrator, db):
    class Point(Model):
        class Meta:
            database = db
            table_name = 'point'

    class FormerCode(Model):
        point = ForeignKeyField(Point)
        secret = CharField(max_length=12, unique=True)
        until = DateTimeField()
        class Meta:
            database = db
            table_name = 'former_code'

    db.create_tables([FormerCode])
    migrator.migrate(
        migrator.add_column('point_item', 'since', DateTimeField(default=datetime(1970, 1, 1))),
        migrator.add_column('point_item', 'until', DateTimeField(null=True)),
        migrator.add_column('check_item', 'changed_at', DateTimeField(null=True)),
    )
