"""Reopened orders counted, care notes on homes, and calls to homes that belong to no order."""
from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class Place(Model):
        class Meta:
            database = db
            table_name = 'place'

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    class CareNote(Model):
        home = ForeignKeyField(Place)
        codes = CharField(max_length=80)
        text = CharField(max_length=200, default='')
        by = ForeignKeyField(User)
        at = DateTimeField()
        ended_at = DateTimeField(null=True)
        ended_by = ForeignKeyField(User, null=True)
        ended_why = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'care_note'

    class HouseholdCall(Model):
        number = CharField(max_length=24, unique=True)
        home = ForeignKeyField(Place)
        why = CharField(max_length=12)
        note = CharField(max_length=200, default='')
        planned_by = ForeignKeyField(User)
        planned_at = DateTimeField()
        due_at = DateTimeField()
        calls = IntegerField(default=0)
        caller = ForeignKeyField(User, null=True)
        agreed_at = DateTimeField(null=True)
        outcome = CharField(max_length=12, default='')
        done_at = DateTimeField(null=True)
        overall = CharField(max_length=16, default='')
        reliability = IntegerField(null=True)
        response = IntegerField(null=True)
        assurance = IntegerField(null=True)
        empathy = IntegerField(null=True)
        tangibles = IntegerField(null=True)
        words = TextField(default='')
        need = TextField(default='')
        grievance = TextField(default='')
        suggestion = TextField(default='')
        class Meta:
            database = db
            table_name = 'household_call'

    class HouseholdAttempt(Model):
        call = ForeignKeyField(HouseholdCall)
        by = ForeignKeyField(User)
        at = DateTimeField()
        outcome = CharField(max_length=16)
        words = TextField(default='')
        agreed_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'household_attempt'

    class HouseholdSequel(Model):
        call = ForeignKeyField(HouseholdCall)
        what = CharField(max_length=12)
        order = ForeignKeyField(WorkOrder, unique=True)
        by = ForeignKeyField(User)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'household_sequel'
            indexes = ((('call', 'what'), True),)

    db.create_tables([CareNote, HouseholdCall, HouseholdAttempt, HouseholdSequel])

    for statement in (
        'ALTER TABLE work_order ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0',
        'UPDATE work_order SET reopened = (SELECT COUNT(*) FROM reopening WHERE reopening.order_id = work_order.id)'
        ' WHERE id IN (SELECT order_id FROM reopening)',
        'CREATE UNIQUE INDEX "care_note_standing" ON "care_note" ("home_id") WHERE ("ended_at" IS NULL)',
        'CREATE UNIQUE INDEX "household_call_open" ON "household_call" ("home_id") WHERE ("done_at" IS NULL)',
        'CREATE INDEX "household_call_due" ON "household_call" ("due_at", "id") WHERE ("done_at" IS NULL)',
    ):
        db.execute_sql(statement)
