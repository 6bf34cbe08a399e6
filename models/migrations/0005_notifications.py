"""Notifications, what people want of them, the channels out of the app, and how far the history has been told."""
from peewee import *


def up(migrator, db):
    class Estate(Model):
        class Meta:
            database = db
            table_name = 'estate'

    class Event(Model):
        class Meta:
            database = db
            table_name = 'event'

    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    class Cursor(Model):
        name = CharField(primary_key=True, max_length=16)
        event = IntegerField()
        class Meta:
            database = db
            table_name = 'cursor'

    class Preference(Model):
        user = ForeignKeyField(User, unique=True)
        off = CharField(max_length=100, default='')
        quiet_from = CharField(max_length=5, default='')
        quiet_to = CharField(max_length=5, default='')
        class Meta:
            database = db
            table_name = 'preference'

    class Notification(Model):
        user = ForeignKeyField(User, index=False)
        event = ForeignKeyField(Event, index=False)
        order = ForeignKeyField(WorkOrder, index=False)
        urgent = BooleanField(default=False)
        visible_at = DateTimeField()
        read_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'notification'
            indexes = ((('event', 'user'), True), (('user', 'visible_at', 'id'), False))

    class Channel(Model):
        estate = ForeignKeyField(Estate)
        kind = CharField(max_length=8)
        name = CharField(max_length=40)
        is_on = BooleanField(default=False)
        wanted = CharField(max_length=100, default='')
        address = CharField(max_length=500, default='')
        secret = CharField(max_length=200, default='')
        host = CharField(max_length=200, default='')
        port = IntegerField(default=465)
        account = CharField(max_length=200, default='')
        tls = CharField(max_length=8, default='tls')
        sender = CharField(max_length=200, default='')
        recipients = CharField(max_length=500, default='')
        changed_by = ForeignKeyField(User)
        changed_at = DateTimeField()
        tried_at = DateTimeField(null=True)
        tried_code = CharField(max_length=16, default='')
        tried_said = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'channel'

    class Delivery(Model):
        channel = ForeignKeyField(Channel, index=False)
        event = ForeignKeyField(Event, index=False)
        order = ForeignKeyField(WorkOrder, index=False)
        made_at = DateTimeField()
        due_at = DateTimeField()
        attempts = IntegerField(default=0)
        tried_at = DateTimeField(null=True)
        sent_at = DateTimeField(null=True)
        given_up_at = DateTimeField(null=True)
        code = CharField(max_length=16, default='')
        said = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'delivery'
            indexes = ((('channel', 'event'), True), (('channel', 'id'), False))

    db.create_tables([Cursor, Preference, Notification, Channel, Delivery])
    db.execute_sql('CREATE INDEX IF NOT EXISTS "notification_unread" ON "notification" ("user_id", "visible_at")'
                   ' WHERE ("read_at" IS NULL)')
    db.execute_sql('CREATE INDEX IF NOT EXISTS "delivery_waiting" ON "delivery" ("channel_id", "due_at", "id")'
                   ' WHERE (("sent_at" IS NULL) AND ("given_up_at" IS NULL))')
    # What happened before there were notifications is not told: nobody is flooded.
    db.execute_sql('INSERT INTO "cursor" ("name", "event") SELECT \'notices\', COALESCE(MAX("id"), 0) FROM "event"')
