"""What is due on each order and who is told, limits that end instead of changing, and containment of emergencies."""
from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    migrator.migrate(
        migrator.add_column('work_order', 'contain_due', DateTimeField(null=True)),
        migrator.drop_index('time_limit', 'timelimit_estate_id_code'),
        migrator.add_column('time_limit', 'escalate_1_role', CharField(null=True, max_length=12)),
        migrator.add_column('time_limit', 'escalate_1_min', IntegerField(null=True)),
        migrator.add_column('time_limit', 'escalate_2_role', CharField(null=True, max_length=12)),
        migrator.add_column('time_limit', 'escalate_2_min', IntegerField(null=True)),
        migrator.add_column('time_limit', 'escalate_3_role', CharField(null=True, max_length=12)),
        migrator.add_column('time_limit', 'escalate_3_min', IntegerField(null=True)),
        migrator.add_column('time_limit', 'made_at', DateTimeField(null=True)),
        migrator.add_column('time_limit', 'made_by_id', ForeignKeyField(User, User.id, null=True)),
        migrator.add_column('time_limit', 'ended_at', DateTimeField(null=True)),
    )
    # Through the migrator SQLite would make these tables anew, which rows of others refer to.
    db.execute_sql("ALTER TABLE work_order ADD COLUMN due_what VARCHAR(12) NOT NULL DEFAULT ''")
    db.execute_sql("ALTER TABLE time_limit ADD COLUMN stale_h INTEGER NOT NULL DEFAULT 0")
    db.execute_sql("ALTER TABLE time_limit ADD COLUMN why VARCHAR(200) NOT NULL DEFAULT ''")
    db.execute_sql('CREATE UNIQUE INDEX "time_limit_current" ON "time_limit" ("estate_id", "code")'
                   ' WHERE ("ended_at" IS NULL)')
    # Limits of before name nobody: a supervisor hears of what is due, and silence is noticed as in a new table.
    db.execute_sql("UPDATE time_limit SET escalate_1_role = 'supervisor', escalate_1_min = 0, stale_h ="
                   " CASE priority WHEN 'P0' THEN 1 WHEN 'P1' THEN 4 WHEN 'P2' THEN 24 ELSE 48 END")

    class Deadline(Model):
        order = ForeignKeyField(WorkOrder, index=False)
        what = CharField(max_length=12)
        round = IntegerField()
        starts_at = DateTimeField()
        due_at = DateTimeField()
        met_at = DateTimeField(null=True)
        alarm_at = DateTimeField(null=True)
        level = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'deadline'
            indexes = ((('order', 'what', 'round'), True),)
    db.create_tables([Deadline])
    db.execute_sql('CREATE INDEX "deadline_alarm" ON "deadline" ("alarm_at", "id") WHERE ("alarm_at" IS NOT NULL)')

    # Open orders of before: what is due next is told when it is due, without a warning. The next verb adds the rest.
    due_what = ("CASE state WHEN 'reported' THEN 'first_reply' WHEN 'suspended' THEN 'hold'"
                " WHEN 'finished' THEN 'callback' WHEN 'calling' THEN 'callback'"
                " WHEN 'accepted' THEN CASE WHEN due_at = arrive_due THEN 'arrive' ELSE 'complete' END"
                " WHEN 'registered' THEN CASE WHEN due_at = accept_due THEN 'accept' ELSE 'complete' END"
                " WHEN 'assigned' THEN CASE WHEN due_at = complete_due THEN 'complete' ELSE 'accept' END"
                " ELSE 'complete' END")
    db.execute_sql('UPDATE work_order SET due_what = ' + due_what + ' WHERE archived_at IS NULL')  # noqa: S608
    db.execute_sql("UPDATE work_order SET accept_due = due_at WHERE state = 'assigned' AND due_what = 'accept'")
    db.execute_sql('INSERT INTO deadline (order_id, what, round, starts_at, due_at, alarm_at, level)'
                   ' SELECT id, due_what, round, COALESCE(registered_at, reported_at), due_at, due_at, 1'
                   ' FROM work_order WHERE archived_at IS NULL')
