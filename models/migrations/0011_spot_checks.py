"""Spot checks of callbacks: the lots drawn month by month, and what was found."""
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

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    class Callback(Model):
        class Meta:
            database = db
            table_name = 'callback'

    class Draw(Model):
        estate = ForeignKeyField(Estate)
        month = CharField(max_length=7)
        by = ForeignKeyField(User)
        at = DateTimeField()
        population = IntegerField()
        wanted = IntegerField()
        class Meta:
            database = db
            table_name = 'draw'

    class SpotCheck(Model):
        draw = ForeignKeyField(Draw)
        callback = ForeignKeyField(Callback, unique=True)
        order = ForeignKeyField(WorkOrder)
        by = ForeignKeyField(User, null=True)
        at = DateTimeField(null=True)
        way = CharField(max_length=8, default='')
        agrees = BooleanField(null=True)
        note = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'spot_check'

    db.create_tables([Draw, SpotCheck])
    db.execute_sql('CREATE INDEX "callback_settled" ON "callback" ("settled_at", "id") WHERE ("settled_at" IS NOT NULL)')
