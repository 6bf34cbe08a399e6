"""Who can take an order and who took it: firms, the roster, certificates, transfers and appointments."""
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

    class Firm(Model):
        estate = ForeignKeyField(Estate)
        name = CharField(max_length=60)
        contact = CharField(max_length=40, default='')
        phone = CharField(max_length=20, default='')
        skills = CharField(max_length=200, default='')
        active = BooleanField(default=True)
        class Meta:
            database = db
            table_name = 'firm'
            indexes = ((('estate', 'name'), True),)

    class FirmMember(Model):
        firm = ForeignKeyField(Firm)
        user = ForeignKeyField(User)
        class Meta:
            database = db
            table_name = 'firm_member'
            indexes = ((('firm', 'user'), True),)

    class Shift(Model):
        estate = ForeignKeyField(Estate)
        user = ForeignKeyField(User)
        day = DateField()
        kind = CharField(max_length=8)
        starts_at = DateTimeField()
        ends_at = DateTimeField()
        by = ForeignKeyField(User)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'shift'
            indexes = ((('estate', 'day', 'user'), True), (('estate', 'ends_at'), False))

    class Certificate(Model):
        user = ForeignKeyField(User)
        skill = CharField(max_length=16)
        number = CharField(max_length=40)
        expires_on = DateField()
        class Meta:
            database = db
            table_name = 'certificate'
            indexes = ((('user', 'skill'), True), (('expires_on',), False))

    class Transfer(Model):
        order = ForeignKeyField(WorkOrder)
        giver = ForeignKeyField(User)
        taker = ForeignKeyField(User)
        by = ForeignKeyField(User)
        at = DateTimeField()
        reason = CharField(max_length=16)
        note = CharField(max_length=200)
        after_arrival = BooleanField()
        responsible = ForeignKeyField(User, null=True)
        decision = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'transfer'

    class Appointment(Model):
        order = ForeignKeyField(WorkOrder)
        starts_at = DateTimeField()
        reason = CharField(max_length=16)
        note = CharField(max_length=200, default='')
        by = ForeignKeyField(User)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'appointment'

    db.create_tables([Firm, FirmMember, Shift, Certificate, Transfer, Appointment])
    migrator.migrate(
        migrator.drop_not_null('assignment', 'technician_id'),
        migrator.drop_not_null('assignment', 'by_id'),
        migrator.add_column('assignment', 'firm_id', ForeignKeyField(Firm, Firm.id, null=True)),
        migrator.add_column('assignment', 'accept_due', DateTimeField(null=True)),
        migrator.add_column('assignment', 'outcome', CharField(null=True, max_length=16)),
        migrator.add_column('work_order', 'firm_id', ForeignKeyField(Firm, Firm.id, null=True)),
        migrator.add_column('work_order', 'first_assigned_at', DateTimeField(null=True)),
    )
    db.execute_sql('CREATE INDEX IF NOT EXISTS "work_order_open_of_firm" ON "work_order" ("firm_id", "priority", "due_at", "id") WHERE ("archived_at" IS NULL)')
    db.execute_sql('UPDATE "work_order" SET "first_assigned_at" = (SELECT MIN("at") FROM "assignment" WHERE "order_id" = "work_order"."id")')
