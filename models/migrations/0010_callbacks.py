"""Callbacks that decide: what owners say question by question, the policy, talks, reopenings, marks of browsers."""
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

    class Answer(Model):
        callback = ForeignKeyField(Callback)
        source = CharField(max_length=8)
        by = ForeignKeyField(User, null=True)
        at = DateTimeField()
        decides = BooleanField(default=False)
        solved = CharField(max_length=8)
        overall = CharField(max_length=16)
        reliability = IntegerField(null=True)
        response = IntegerField(null=True)
        assurance = IntegerField(null=True)
        empathy = IntegerField(null=True)
        tangibles = IntegerField(null=True)
        speed = IntegerField(null=True)
        attitude = IntegerField(null=True)
        plan = IntegerField(null=True)
        reasons = CharField(max_length=40, default='')
        manners = CharField(max_length=40, default='')
        fees = CharField(max_length=12, default='')
        consents = CharField(max_length=4, default='')
        words = TextField(default='')
        need = TextField(default='')
        grievance = TextField(default='')
        suggestion = TextField(default='')
        flags = CharField(max_length=40, default='')
        address = CharField(max_length=45, default='')
        class Meta:
            database = db
            table_name = 'answer'

    class Policy(Model):
        estate = ForeignKeyField(Estate)
        made_at = DateTimeField()
        made_by = ForeignKeyField(User, null=True)
        why = CharField(max_length=200, default='')
        ended_at = DateTimeField(null=True)
        purpose = TextField(default='')
        scope = TextField(default='')
        who = TextField(default='')
        hours = CharField(max_length=60)
        due_h = IntegerField()
        due_p3_h = IntegerField()
        due_complaint_h = IntegerField()
        most = IntegerField()
        slots = IntegerField()
        gap_h = IntegerField()
        codes = CharField(max_length=40)
        sample_pct = IntegerField()
        sample_least = IntegerField()
        questions_json = TextField(default='{}')
        class Meta:
            database = db
            table_name = 'policy'

    class Talk(Model):
        order = ForeignKeyField(WorkOrder)
        by = ForeignKeyField(User)
        at = DateTimeField()
        way = CharField(max_length=8)
        words = TextField()
        class Meta:
            database = db
            table_name = 'talk'

    class Reopening(Model):
        order = ForeignKeyField(WorkOrder)
        round = IntegerField()
        by = ForeignKeyField(User, null=True)
        at = DateTimeField()
        reason = CharField(max_length=16)
        words = TextField(default='')
        class Meta:
            database = db
            table_name = 'reopening'
            indexes = ((('order', 'round'), True),)

    db.create_tables([Answer, Policy, Talk, Reopening])

    migrator.migrate(
        migrator.add_column('work_order', 'recontact_due', DateTimeField(null=True)),
        migrator.add_column('callback', 'exempted_by_id', ForeignKeyField(User, User.id, null=True)),
        migrator.add_column('callback', 'passed_at', DateTimeField(null=True)),
        migrator.add_column('callback', 'dropped_at', DateTimeField(null=True)),
        migrator.add_column('callback', 'called_at', DateTimeField(null=True)),
        migrator.add_column('callback', 'caller_id', ForeignKeyField(User, User.id, null=True)),
        migrator.add_column('callback', 'agreed_at', DateTimeField(null=True)),
        migrator.add_column('callback', 'settled_at', DateTimeField(null=True)),
        migrator.add_column('attempt', 'agreed_at', DateTimeField(null=True)),
        migrator.add_column('attempt', 'answer_id', ForeignKeyField(Answer, Answer.id, null=True)),
    )
    # Through the migrator SQLite would make the tables anew, which rows of others refer to.
    for statement in (
        "ALTER TABLE callback ADD COLUMN exemption_note VARCHAR(200) NOT NULL DEFAULT ''",
        "ALTER TABLE callback ADD COLUMN calls INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE callback ADD COLUMN link_left_by VARCHAR(8) NOT NULL DEFAULT ''",
        "ALTER TABLE callback ADD COLUMN outcome VARCHAR(12) NOT NULL DEFAULT ''",
        "ALTER TABLE session ADD COLUMN mark_hash VARCHAR(64) NOT NULL DEFAULT ''",

        # What was answered until now: each answered call decided, a rating where no call did and it had passed.
        'INSERT INTO answer (callback_id, source, by_id, at, decides, solved, overall, reasons, manners, fees, consents,'
        ' words, need, grievance, suggestion, flags, address)'
        " SELECT callback_id, 'call', by_id, at, TRUE, solved, overall, '', '', '', '', words, '', '', '', '', ''"
        " FROM attempt WHERE outcome = 'answered' ORDER BY id",
        'UPDATE attempt SET answer_id = (SELECT answer.id FROM answer WHERE answer.callback_id = attempt.callback_id'
        " AND answer.source = 'call' AND answer.at = attempt.at) WHERE outcome = 'answered'",
        'INSERT INTO answer (callback_id, source, by_id, at, decides, solved, overall, reasons, manners, fees, consents,'
        ' words, need, grievance, suggestion, flags, address)'
        " SELECT callback_id, 'online', NULL, at, FALSE, solved, overall, '', '', '', '', words, '', '', '',"
        " CASE WHEN flagged THEN 'address' ELSE '' END, address FROM rating ORDER BY id",
        'UPDATE callback SET'
        ' passed_at = (SELECT at FROM inspection WHERE inspection.order_id = callback.order_id'
        ' AND inspection.round = callback.round AND inspection.passed),'
        ' dropped_at = (SELECT at FROM inspection WHERE inspection.order_id = callback.order_id'
        ' AND inspection.round = callback.round AND NOT inspection.passed),'
        ' calls = (SELECT COUNT(*) FROM attempt WHERE attempt.callback_id = callback.id),'
        ' called_at = (SELECT MIN(at) FROM attempt WHERE attempt.callback_id = callback.id),'
        ' caller_id = (SELECT by_id FROM attempt WHERE attempt.callback_id = callback.id ORDER BY id DESC LIMIT 1)',
        "UPDATE answer SET decides = TRUE WHERE source = 'online' AND flags = ''"
        ' AND id = (SELECT MIN(one.id) FROM answer AS one WHERE one.callback_id = answer.callback_id'
        " AND one.source = 'online' AND one.flags = '')"
        ' AND EXISTS (SELECT 1 FROM callback WHERE callback.id = answer.callback_id AND callback.passed_at IS NOT NULL)'
        ' AND NOT EXISTS (SELECT 1 FROM answer AS called WHERE called.callback_id = answer.callback_id'
        " AND called.source = 'call')",
        "UPDATE callback SET outcome = (SELECT CASE source WHEN 'call' THEN 'answered' ELSE 'online' END FROM answer"
        ' WHERE answer.callback_id = callback.id AND answer.decides),'
        ' settled_at = (SELECT CASE WHEN answer.at > callback.passed_at THEN answer.at ELSE callback.passed_at END'
        ' FROM answer WHERE answer.callback_id = callback.id AND answer.decides)'
        ' WHERE EXISTS (SELECT 1 FROM answer WHERE answer.callback_id = callback.id AND answer.decides)',
        "UPDATE callback SET outcome = 'exempt', settled_at = passed_at WHERE outcome = '' AND passed_at IS NOT NULL"
        ' AND exemption IS NOT NULL AND EXISTS (SELECT 1 FROM work_order WHERE work_order.id = callback.order_id'
        ' AND work_order.archived_at IS NOT NULL)',
        'DROP TABLE rating',

        'CREATE UNIQUE INDEX "answer_deciding" ON "answer" ("callback_id") WHERE "decides"',
        'CREATE UNIQUE INDEX "policy_current" ON "policy" ("estate_id") WHERE ("ended_at" IS NULL)',
        'CREATE INDEX "callback_passed" ON "callback" ("passed_at", "id") WHERE ("passed_at" IS NOT NULL)',
        'CREATE INDEX "callback_created" ON "callback" ("created_at", "id")',
        'CREATE INDEX "callback_agreed" ON "callback" ("agreed_at", "id")'
        ' WHERE (("agreed_at" IS NOT NULL) AND ("settled_at" IS NULL))',
        'CREATE INDEX "work_order_calling" ON "work_order" ("estate_id", "state", "due_at", "id")'
        ' WHERE ("archived_at" IS NULL)',
        'CREATE INDEX "session_mark" ON "session" ("mark_hash") WHERE ("mark_hash" != \'\')',
    ):
        db.execute_sql(statement)
    migrator.migrate(migrator.drop_column('attempt', 'solved'), migrator.drop_column('attempt', 'overall'))
