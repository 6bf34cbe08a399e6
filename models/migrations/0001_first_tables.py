"""The first tables: places, people, time limits, orders with everything that belongs to them, photos, callbacks.

A frozen copy of the schema, independent of the records as they are today. Events can only be appended.
"""
from peewee import *


def up(migrator, db):
    class Estate(Model):
        code = CharField(unique=True, max_length=16)
        name = CharField(max_length=60)
        zone = CharField(max_length=40, default='Asia/Shanghai')
        hotline = CharField(max_length=20, default='')
        is_demo = BooleanField(default=False)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'estate'
    db.create_tables([Estate])

    class TimeLimit(Model):
        estate = ForeignKeyField(Estate)
        code = CharField(max_length=8)
        name = CharField(max_length=40)
        kind = CharField(null=True, max_length=16)
        priority = CharField(max_length=2)
        clock = CharField(max_length=32)
        accept_min = IntegerField(null=True)
        arrive_value = IntegerField(null=True)
        arrive_unit = CharField(null=True, max_length=8)
        contain_min = IntegerField(null=True)
        complete_value = IntegerField(null=True)
        complete_unit = CharField(null=True, max_length=8)
        first_reply_min = IntegerField(null=True)
        warn_pct = IntegerField(default=80)
        callback_due_h = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'time_limit'
            indexes = ((('estate', 'code'), True),)
    db.create_tables([TimeLimit])

    class Category(Model):
        estate = ForeignKeyField(Estate)
        parent = ForeignKeyField('self', null=True)
        code = CharField(max_length=8)
        name = CharField(max_length=40)
        name_en = CharField(max_length=60, default='')
        kind = CharField(max_length=16)
        skill = CharField(max_length=16)
        department = CharField(max_length=16)
        priority = CharField(max_length=2)
        limit = ForeignKeyField(TimeLimit)
        before_photos = IntegerField(default=1)
        after_photos = IntegerField(default=1)
        callback_rule = CharField(max_length=8, default='always')
        questions = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'category'
            indexes = ((('estate', 'code'), True),)
    db.create_tables([Category])

    class Grid(Model):
        estate = ForeignKeyField(Estate)
        code = CharField(max_length=8)
        name = CharField(max_length=40)
        scope = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'grid'
            indexes = ((('estate', 'code'), True),)
    db.create_tables([Grid])

    class Place(Model):
        estate = ForeignKeyField(Estate)
        parent = ForeignKeyField('self', null=True)
        grid = ForeignKeyField(Grid, null=True)
        kind = CharField(max_length=8)
        name = CharField(max_length=40)
        full_name = CharField(max_length=80)
        code = CharField(unique=True, null=True, max_length=12)
        class Meta:
            database = db
            table_name = 'place'
            indexes = ((('estate', 'full_name'), True), (('estate', 'kind'), False), (('parent', 'name'), False))
    db.create_tables([Place])

    class Owner(Model):
        estate = ForeignKeyField(Estate)
        name = CharField(max_length=20)
        phone = CharField(max_length=16, default='')
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'owner'
    db.create_tables([Owner])

    class User(Model):
        login = CharField(unique=True, max_length=40)
        name = CharField(max_length=40)
        badge = CharField(unique=True, max_length=12)
        department = CharField(max_length=16)
        password_hash = CharField(max_length=200)
        disabled_at = DateTimeField(null=True)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'user'
    db.create_tables([User])

    class WorkOrder(Model):
        number = CharField(unique=True, max_length=24)
        estate = ForeignKeyField(Estate)
        kind = CharField(max_length=16, default='repair')
        state = CharField(max_length=12)
        version = IntegerField(default=1)
        round = IntegerField(default=1)
        priority = CharField(max_length=2, default='P2')
        category = ForeignKeyField(Category, null=True)
        limit = ForeignKeyField(TimeLimit, null=True)
        place = ForeignKeyField(Place)
        spot = CharField(max_length=200, default='')
        text = TextField()
        channel = CharField(max_length=8)
        owner = ForeignKeyField(Owner, null=True)
        reported_by = ForeignKeyField(User, null=True)
        first_contact = ForeignKeyField(User, null=True)
        assignee = ForeignKeyField(User, null=True)
        reported_at = DateTimeField()
        registered_at = DateTimeField(null=True)
        accept_due = DateTimeField(null=True)
        arrive_due = DateTimeField(null=True)
        complete_due = DateTimeField(null=True)
        due_at = DateTimeField()
        archived_at = DateTimeField(null=True)
        exemption = CharField(null=True, max_length=4)
        class Meta:
            database = db
            table_name = 'work_order'
    db.create_tables([WorkOrder])

    class Assignment(Model):
        order = ForeignKeyField(WorkOrder)
        technician = ForeignKeyField(User)
        by = ForeignKeyField(User)
        at = DateTimeField()
        accepted_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'assignment'
    db.create_tables([Assignment])

    class Callback(Model):
        order = ForeignKeyField(WorkOrder)
        round = IntegerField()
        created_at = DateTimeField()
        due_at = DateTimeField()
        exemption = CharField(null=True, max_length=4)
        class Meta:
            database = db
            table_name = 'callback'
            indexes = ((('order', 'round'), True),)
    db.create_tables([Callback])

    class Attempt(Model):
        callback = ForeignKeyField(Callback, field=Callback.id)
        at = DateTimeField()
        solved = CharField(null=True, max_length=8)
        overall = CharField(null=True, max_length=16)
        words = TextField(default='')
        by = ForeignKeyField(User)
        outcome = CharField(max_length=16)
        class Meta:
            database = db
            table_name = 'attempt'
    db.create_tables([Attempt])

    class Beat(Model):
        user = ForeignKeyField(User)
        grid = ForeignKeyField(Grid)
        duty = CharField(max_length=12, default='works')
        class Meta:
            database = db
            table_name = 'beat'
            indexes = ((('user', 'grid', 'duty'), True),)
    db.create_tables([Beat])

    class Completion(Model):
        order = ForeignKeyField(WorkOrder)
        round = IntegerField()
        by = ForeignKeyField(User)
        at = DateTimeField()
        done = TextField()
        parts = CharField(max_length=200, default='')
        hours = FloatField(null=True)
        class Meta:
            database = db
            table_name = 'completion'
            indexes = ((('order', 'round'), True),)
    db.create_tables([Completion])

    class Counter(Model):
        name = CharField(primary_key=True, max_length=24)
        last = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'counter'
    db.create_tables([Counter])

    class Event(Model):
        subject = CharField(max_length=24)
        verb = CharField(max_length=20)
        by = ForeignKeyField(User, null=True)
        via = CharField(max_length=8)
        at = DateTimeField()
        was = CharField(null=True, max_length=12)
        became = CharField(null=True, max_length=12)
        detail_json = TextField(default='{}')
        previous = CharField(max_length=64)
        hash = CharField(max_length=64)
        class Meta:
            database = db
            table_name = 'event'
            indexes = ((('subject', 'id'), False),)
    db.create_tables([Event])

    class Heartbeat(Model):
        name = CharField(primary_key=True, max_length=16)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'heartbeat'
    db.create_tables([Heartbeat])

    class Hold(Model):
        order = ForeignKeyField(WorkOrder)
        reason = CharField(max_length=16)
        note = CharField(max_length=200, default='')
        promised_at = DateTimeField()
        asked_by = ForeignKeyField(User)
        asked_at = DateTimeField()
        approved_by = ForeignKeyField(User, null=True)
        approved_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'hold'
    db.create_tables([Hold])

    class Inspection(Model):
        order = ForeignKeyField(WorkOrder)
        round = IntegerField()
        by = ForeignKeyField(User)
        at = DateTimeField()
        passed = BooleanField()
        reasons = CharField(max_length=200, default='')
        note = CharField(max_length=200, default='')
        verdicts_json = TextField(default='{}')
        class Meta:
            database = db
            table_name = 'inspection'
            indexes = ((('order', 'round'), True),)
    db.create_tables([Inspection])

    class Membership(Model):
        user = ForeignKeyField(User)
        estate = ForeignKeyField(Estate)
        class Meta:
            database = db
            table_name = 'membership'
            indexes = ((('user', 'estate'), True),)
    db.create_tables([Membership])

    class Note(Model):
        order = ForeignKeyField(WorkOrder)
        by = ForeignKeyField(User)
        at = DateTimeField()
        text = TextField()
        class Meta:
            database = db
            table_name = 'note'
    db.create_tables([Note])

    class OwnerLink(Model):
        order = ForeignKeyField(WorkOrder)
        salt = CharField(max_length=32)
        token_hash = CharField(unique=True, max_length=64)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'owner_link'
    db.create_tables([OwnerLink])

    class Photo(Model):
        order = ForeignKeyField(WorkOrder)
        stage = CharField(max_length=8)
        round = IntegerField()
        by = ForeignKeyField(User, null=True)
        sha256 = CharField(index=True, max_length=64)
        media_type = CharField(max_length=16)
        size = IntegerField()
        width = IntegerField()
        height = IntegerField()
        exif_local = DateTimeField(null=True)
        exif_offset = CharField(null=True, max_length=6)
        captured_at = DateTimeField(null=True)
        phone_at = DateTimeField(null=True)
        latitude = FloatField(null=True)
        longitude = FloatField(null=True)
        received_at = DateTimeField()
        band0 = IntegerField(index=True)
        band1 = IntegerField(index=True)
        band2 = IntegerField(index=True)
        band3 = IntegerField(index=True)
        flags = CharField(max_length=80, default='')
        class Meta:
            database = db
            table_name = 'photo'
            indexes = ((('order', 'stage', 'round'), False),)
    db.create_tables([Photo])

    class Rating(Model):
        callback = ForeignKeyField(Callback, field=Callback.id)
        at = DateTimeField()
        solved = CharField(null=True, max_length=8)
        overall = CharField(null=True, max_length=16)
        words = TextField(default='')
        flagged = BooleanField(default=False)
        address = CharField(max_length=45, default='')
        class Meta:
            database = db
            table_name = 'rating'
    db.create_tables([Rating])

    class Reveal(Model):
        order = ForeignKeyField(WorkOrder)
        owner = ForeignKeyField(Owner)
        by = ForeignKeyField(User)
        at = DateTimeField()
        reason = CharField(max_length=16)
        class Meta:
            database = db
            table_name = 'reveal'
    db.create_tables([Reveal])

    class RoleOf(Model):
        user = ForeignKeyField(User)
        role = CharField(max_length=16)
        class Meta:
            database = db
            table_name = 'role_of'
            indexes = ((('user', 'role'), True), (('role',), False))
    db.create_tables([RoleOf])

    class Session(Model):
        user = ForeignKeyField(User)
        token_hash = CharField(unique=True, max_length=64)
        device = CharField(max_length=200, default='')
        address = CharField(max_length=45, default='')
        created_at = DateTimeField()
        seen_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'session'
    db.create_tables([Session])

    class Sighting(Model):
        session = ForeignKeyField(Session)
        network = CharField(index=True, max_length=45)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'sighting'
            indexes = ((('session', 'network'), True),)
    db.create_tables([Sighting])

    class SkillOf(Model):
        user = ForeignKeyField(User)
        skill = CharField(max_length=16)
        class Meta:
            database = db
            table_name = 'skill_of'
            indexes = ((('user', 'skill'), True),)
    db.create_tables([SkillOf])

    class Submission(Model):
        key = CharField(primary_key=True, max_length=64)
        actor = CharField(max_length=40)
        action = CharField(max_length=64)
        content = CharField(max_length=64)
        answer = CharField(null=True, max_length=200)
        at = DateTimeField(index=True)
        class Meta:
            database = db
            table_name = 'submission'
    db.create_tables([Submission])

    db.execute_sql('CREATE INDEX IF NOT EXISTS "work_order_open" ON "work_order" ("estate_id", "state", "priority", "due_at", "id") WHERE ("archived_at" IS NULL)')
    db.execute_sql('CREATE INDEX IF NOT EXISTS "work_order_open_of" ON "work_order" ("assignee_id", "priority", "due_at", "id") WHERE ("archived_at" IS NULL)')
    db.execute_sql('CREATE INDEX IF NOT EXISTS "work_order_archive" ON "work_order" ("estate_id", "archived_at", "id")')
    db.execute_sql('CREATE INDEX IF NOT EXISTS "work_order_archive_of" ON "work_order" ("assignee_id", "archived_at", "id")')
    db.execute_sql('CREATE UNIQUE INDEX IF NOT EXISTS "assignment_standing" ON "assignment" ("order_id") WHERE ("ended_at" IS NULL)')
    db.execute_sql('CREATE INDEX IF NOT EXISTS "assignment_of" ON "assignment" ("technician_id", "order_id")')
    db.execute_sql('CREATE UNIQUE INDEX IF NOT EXISTS "hold_standing" ON "hold" ("order_id") WHERE ("ended_at" IS NULL)')

    if isinstance(db, SqliteDatabase):
        for change in ("UPDATE", "DELETE"):
            db.execute_sql(f"CREATE TRIGGER event_no_{change.lower()} BEFORE {change} ON event"
                           " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END")
        # REPLACE deletes without asking the trigger for DELETE.
        db.execute_sql("CREATE TRIGGER event_no_replace BEFORE INSERT ON event"
                       " WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)"
                       " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END")
    else:
        db.execute_sql("CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
                       " $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$")
        db.execute_sql("CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event"
                       " FOR EACH ROW EXECUTE FUNCTION event_is_append_only()")
        db.execute_sql("CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event"
                       " FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()")
