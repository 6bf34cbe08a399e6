"""Notices to owners, and the areas they are about."""
from peewee import *


def up(migrator, db):
    class Estate(Model):
        class Meta:
            database = db
            table_name = 'estate'

    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class Place(Model):
        class Meta:
            database = db
            table_name = 'place'

    class Notice(Model):
        number = CharField(max_length=24, unique=True)
        estate = ForeignKeyField(Estate)
        kind = CharField(max_length=8)
        text = TextField()
        starts_at = DateTimeField()
        ends_at = DateTimeField()
        by = ForeignKeyField(User)
        at = DateTimeField()
        withdrawn_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'notice'
    Notice.add_index(Notice.estate, Notice.ends_at, where=Notice.withdrawn_at.is_null(), name='notice_standing')

    class NoticeArea(Model):
        notice = ForeignKeyField(Notice)
        place = ForeignKeyField(Place)
        class Meta:
            database = db
            table_name = 'notice_area'
            indexes = ((('notice', 'place'), True),)
    db.create_tables([Notice, NoticeArea])
