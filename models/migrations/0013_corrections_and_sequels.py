"""Corrections of a wrong phone, and the orders that came out of what owners wished for."""
from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class Owner(Model):
        class Meta:
            database = db
            table_name = 'owner'

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    class Answer(Model):
        class Meta:
            database = db
            table_name = 'answer'

    class Correction(Model):
        order = ForeignKeyField(WorkOrder)
        by = ForeignKeyField(User)
        at = DateTimeField()
        was = ForeignKeyField(Owner)
        became = ForeignKeyField(Owner)
        note = CharField(max_length=200)
        class Meta:
            database = db
            table_name = 'correction'

    class Sequel(Model):
        answer = ForeignKeyField(Answer)
        what = CharField(max_length=12)
        order = ForeignKeyField(WorkOrder, unique=True)
        by = ForeignKeyField(User)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'sequel'
            indexes = ((('answer', 'what'), True),)

    db.create_tables([Correction, Sequel])
