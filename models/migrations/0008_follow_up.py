"""What happens around an order: merged, void, urged, repeated, difficult, handed over, its party, and support."""
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

    # The default stands in the column, so that the table need not be made anew under the rows that refer to it.
    def column(name, field):
        return migrator.add_column('work_order', name, field, allow_not_null=True)

    migrator.migrate(
        column('urged', IntegerField(default=0, constraints=[SQL('DEFAULT 0')])),
        column('repeat_of_id', ForeignKeyField(WorkOrder, field=WorkOrder.id, null=True)),
        column('repeats', IntegerField(default=0, constraints=[SQL('DEFAULT 0')])),
        column('is_difficult', BooleanField(default=False, constraints=[SQL('DEFAULT FALSE')])),
    )

    class Merge(Model):
        order = ForeignKeyField(WorkOrder, unique=True, backref='+')
        target = ForeignKeyField(WorkOrder, backref='+')
        note = CharField(max_length=200, default='')
        by = ForeignKeyField(User, backref='+')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'merge'

    class Void(Model):
        order = ForeignKeyField(WorkOrder, backref='+')
        reason = CharField(max_length=16)
        words = CharField(max_length=200)
        asked_by = ForeignKeyField(User, backref='+')
        asked_at = DateTimeField()
        decided_by = ForeignKeyField(User, null=True, backref='+')
        decided_at = DateTimeField(null=True)
        agreed = BooleanField(null=True)
        answer = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'void'

    class Urge(Model):
        order = ForeignKeyField(WorkOrder, backref='+')
        by = ForeignKeyField(User, backref='+')
        at = DateTimeField()
        words = TextField(default='')
        owner = ForeignKeyField(Owner, null=True, backref='+')
        class Meta:
            database = db
            table_name = 'urge'

    class Difficulty(Model):
        order = ForeignKeyField(WorkOrder, unique=True, backref='+')
        note = CharField(max_length=200)
        by = ForeignKeyField(User, backref='+')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'difficulty'

    class HandOver(Model):
        order = ForeignKeyField(WorkOrder, backref='+')
        giver = ForeignKeyField(User, null=True, backref='+')
        taker = ForeignKeyField(User, backref='+')
        note = CharField(max_length=200)
        by = ForeignKeyField(User, backref='+')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'hand_over'

    class PartyDecision(Model):
        order = ForeignKeyField(WorkOrder, backref='+')
        party = CharField(max_length=16)
        note = CharField(max_length=200)
        by = ForeignKeyField(User, backref='+')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'party_decision'

    class Support(Model):
        order = ForeignKeyField(WorkOrder, backref='+')
        department = CharField(max_length=16)
        wanted = CharField(max_length=200)
        asked_by = ForeignKeyField(User, backref='+')
        asked_at = DateTimeField()
        result = TextField(default='')
        by = ForeignKeyField(User, null=True, backref='+')
        at = DateTimeField(null=True)
        done_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'support'

    db.create_tables([Merge, Void, Urge, Difficulty, HandOver, PartyDecision, Support])

    for statement in (
        'CREATE UNIQUE INDEX "void_standing" ON "void" ("order_id") WHERE ("decided_at" IS NULL)',
        'CREATE UNIQUE INDEX "support_open" ON "support" ("order_id", "department") WHERE ("done_at" IS NULL)',
        'CREATE INDEX "support_of" ON "support" ("department", "order_id")',
        'CREATE INDEX "work_order_open_at" ON "work_order" ("place_id", "id") WHERE ("archived_at" IS NULL)',
        'CREATE INDEX "work_order_open_in" ON "work_order" ("category_id", "id") WHERE ("archived_at" IS NULL)',
        'CREATE INDEX "work_order_followed" ON "work_order" ("first_contact_id", "priority", "due_at", "id") WHERE ("archived_at" IS NULL)',
        'CREATE INDEX "work_order_same" ON "work_order" ("place_id", "category_id", "registered_at")',
        'CREATE INDEX "work_order_repeat" ON "work_order" ("estate_id", "registered_at") WHERE ("repeat_of_id" IS NOT NULL)',
    ):
        db.execute_sql(statement)
