"""What comes through a phone's outbox: receipts, the file as the camera made it, and what each phone still holds."""
from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    migrator.migrate(
        migrator.add_column('submission', 'receipt', CharField(null=True, max_length=24)),
        migrator.add_column('submission', 'version', IntegerField(null=True)),
        migrator.add_column('photo', 'camera_sha256', CharField(null=True, index=True, max_length=64)),
        migrator.add_column('photo', 'camera_size', IntegerField(null=True)),
    )

    class Phone(Model):
        code = CharField(max_length=36)
        user = ForeignKeyField(User)
        device = CharField(max_length=200, default='')
        waiting = IntegerField(default=0)
        oldest_at = DateTimeField(null=True)
        seen_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'phone'
            indexes = ((('code', 'user'), True),)
    db.create_tables([Phone])
