"""Patrols: points with their checklists, routes, plans, seasons, the walks they make and what is found on them."""
from peewee import *


def up(migrator, db):
    class Estate(Model):
        class Meta:
            database = db
            table_name = 'estate'

    class Category(Model):
        class Meta:
            database = db
            table_name = 'category'

    class Grid(Model):
        class Meta:
            database = db
            table_name = 'grid'

    class Place(Model):
        class Meta:
            database = db
            table_name = 'place'

    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class Notice(Model):
        class Meta:
            database = db
            table_name = 'notice'

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    class Photo(Model):
        class Meta:
            database = db
            table_name = 'photo'

    class CheckItem(Model):
        estate = ForeignKeyField(Estate)
        code = CharField(max_length=8)
        discipline = CharField(max_length=12)
        text = CharField(max_length=60)
        text_en = CharField(max_length=80, default='')
        standard = CharField(max_length=80, default='')
        photo_rule = CharField(max_length=8, default='if_bad')
        is_reading = BooleanField(default=False)
        unit = CharField(max_length=8, default='')
        low = FloatField(null=True)
        high = FloatField(null=True)
        severity = CharField(max_length=8)
        category = ForeignKeyField(Category, null=True)
        removed_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'check_item'
            indexes = ((('estate', 'code'), True),)

    class Point(Model):
        estate = ForeignKeyField(Estate)
        grid = ForeignKeyField(Grid)
        place = ForeignKeyField(Place)
        code = CharField(max_length=8)
        name = CharField(max_length=60)
        discipline = CharField(max_length=12)
        is_key = BooleanField(default=False)
        proof = CharField(max_length=8, default='code')
        secret = CharField(max_length=12, unique=True)
        removed_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'point'
            indexes = ((('estate', 'code'), True),)

    class PointItem(Model):
        point = ForeignKeyField(Point, index=False)
        item = ForeignKeyField(CheckItem)
        class Meta:
            database = db
            table_name = 'point_item'
            indexes = ((('point', 'item'), True),)

    class Route(Model):
        estate = ForeignKeyField(Estate)
        grid = ForeignKeyField(Grid)
        name = CharField(max_length=60)
        walk_min = IntegerField(default=0)
        removed_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'route'
            indexes = ((('estate', 'name'), True),)

    class Stop(Model):
        route = ForeignKeyField(Route, index=False)
        point = ForeignKeyField(Point)
        position = IntegerField()
        class Meta:
            database = db
            table_name = 'stop'
            indexes = ((('route', 'position'), True), (('route', 'point'), True),)

    class Plan(Model):
        number = CharField(max_length=24, unique=True)
        estate = ForeignKeyField(Estate)
        kind = CharField(max_length=8)
        name = CharField(max_length=60)
        route = ForeignKeyField(Route, null=True)
        category = ForeignKeyField(Category, null=True)
        place = ForeignKeyField(Place, null=True)
        text = TextField(default='')
        rhythm = CharField(max_length=8)
        every = IntegerField(default=1)
        weekdays = CharField(max_length=20, default='')
        days = CharField(max_length=100, default='')
        day_kind = CharField(max_length=8, default='all')
        windows = CharField(max_length=300)
        grace_min = IntegerField(default=15)
        who = CharField(max_length=8, default='grid')
        starts_on = DateField()
        ends_on = DateField(null=True)
        by = ForeignKeyField(User)
        at = DateTimeField()
        changed_at = DateTimeField()
        made_until = DateField(null=True, index=True)
        stopped_at = DateTimeField(null=True)
        failed_at = DateTimeField(null=True)
        failure = CharField(max_length=40, default='')
        class Meta:
            database = db
            table_name = 'plan'

    class Season(Model):
        estate = ForeignKeyField(Estate)
        theme = CharField(max_length=40)
        since = CharField(max_length=5, default='')
        until = CharField(max_length=5, default='')
        before_from = CharField(max_length=5, default='')
        before_to = CharField(max_length=5, default='')
        before_name = CharField(max_length=30, default='')
        before_tasks = TextField(default='')
        alert_name = CharField(max_length=40, default='')
        alert_tasks = TextField(default='')
        alert_every_h = IntegerField(default=0)
        after_name = CharField(max_length=30, default='')
        after_tasks = TextField(default='')
        after_within_h = IntegerField(default=24)
        notice_text = TextField(default='')
        alert_notice_text = TextField(default='')
        lead = CharField(max_length=80, default='')
        responsible = ForeignKeyField(User, null=True)
        alerted_at = DateTimeField(null=True)
        version = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'season'
            indexes = ((('estate', 'theme'), True),)

    class SeasonPhase(Model):
        season = ForeignKeyField(Season, index=False)
        phase = CharField(max_length=8)
        key = CharField(max_length=24)
        by = ForeignKeyField(User, null=True)
        at = DateTimeField()
        until = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        ended_by = ForeignKeyField(User, null=True)
        rounds = IntegerField(default=0)
        notice = ForeignKeyField(Notice, null=True)
        class Meta:
            database = db
            table_name = 'season_phase'
            indexes = ((('season', 'phase', 'key'), True),)

    class Task(Model):
        number = CharField(max_length=24, unique=True)
        estate = ForeignKeyField(Estate, index=False)
        plan = ForeignKeyField(Plan, index=False, null=True)
        season = ForeignKeyField(Season, null=True)
        route = ForeignKeyField(Route, null=True)
        grid = ForeignKeyField(Grid, null=True)
        name = CharField(max_length=60)
        starts_at = DateTimeField()
        ends_at = DateTimeField()
        late_until = DateTimeField()
        officer = ForeignKeyField(User, index=False, null=True)
        passed_by = ForeignKeyField(User, null=True)
        state = CharField(max_length=8, default='waiting')
        begun_at = DateTimeField(null=True)
        ended_at = DateTimeField(null=True)
        settled_at = DateTimeField(null=True)
        flags = CharField(max_length=80, default='')
        order = ForeignKeyField(WorkOrder, null=True)
        class Meta:
            database = db
            table_name = 'task'
            indexes = ((('plan', 'starts_at'), True), (('estate', 'starts_at'), False), (('officer', 'starts_at'), False),)

    class Visit(Model):
        task = ForeignKeyField(Task, index=False)
        point = ForeignKeyField(Point, index=False, null=True)
        position = IntegerField()
        title = CharField(max_length=200, default='')
        timing = CharField(max_length=8, default='')
        is_abnormal = BooleanField(default=False)
        done_at = DateTimeField(null=True)
        received_at = DateTimeField(null=True)
        missed_at = DateTimeField(null=True)
        by = ForeignKeyField(User, index=False, null=True)
        proof = CharField(max_length=8, default='')
        reason = CharField(max_length=200, default='')
        note = CharField(max_length=200, default='')
        flags = CharField(max_length=80, default='')
        class Meta:
            database = db
            table_name = 'visit'
            indexes = ((('task', 'position'), True), (('point', 'id'), False), (('by', 'done_at'), False),)

    class CheckedItem(Model):
        visit = ForeignKeyField(Visit, index=False)
        item = ForeignKeyField(CheckItem)
        answer = CharField(max_length=8)
        reading = FloatField(null=True)
        class Meta:
            database = db
            table_name = 'checked_item'
            indexes = ((('visit', 'item'), True),)

    class Finding(Model):
        number = CharField(max_length=24, unique=True)
        estate = ForeignKeyField(Estate, index=False)
        grid = ForeignKeyField(Grid, null=True)
        place = ForeignKeyField(Place, index=False)
        spot = CharField(max_length=200, default='')
        visit = ForeignKeyField(Visit, index=False, null=True)
        item = ForeignKeyField(CheckItem, null=True)
        category = ForeignKeyField(Category, null=True)
        severity = CharField(max_length=8)
        text = TextField()
        state = CharField(max_length=12, default='open')
        round = IntegerField(default=1)
        by = ForeignKeyField(User)
        found_at = DateTimeField()
        at = DateTimeField()
        due_at = DateTimeField()
        told_at = DateTimeField(null=True)
        order = ForeignKeyField(WorkOrder, null=True)
        done = TextField(default='')
        rectified_by = ForeignKeyField(User, null=True)
        rectified_at = DateTimeField(null=True)
        closed_by = ForeignKeyField(User, null=True)
        closed_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'finding'
            indexes = ((('visit', 'item'), True), (('estate', 'at'), False), (('place', 'category', 'found_at'), False),)

    class Recheck(Model):
        finding = ForeignKeyField(Finding, index=False)
        round = IntegerField()
        by = ForeignKeyField(User)
        at = DateTimeField()
        passed = BooleanField()
        note = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'recheck'
            indexes = ((('finding', 'round'), True),)

    class Evidence(Model):
        photo = ForeignKeyField(Photo, unique=True)
        visit = ForeignKeyField(Visit, null=True)
        finding = ForeignKeyField(Finding, null=True)
        stage = CharField(max_length=8)
        round = IntegerField(default=1)
        class Meta:
            database = db
            table_name = 'evidence'

    db.create_tables([
        CheckItem, Point, PointItem, Route, Stop, Plan, Season, SeasonPhase, Task,
        Visit, CheckedItem, Finding, Recheck, Evidence,
    ])

    for statement in (
        'CREATE INDEX "task_open" ON "task" ("late_until") WHERE ("settled_at" IS NULL)',
        'CREATE INDEX "finding_overdue" ON "finding" ("due_at") WHERE (("closed_at" IS NULL) AND ("told_at" IS NULL))',
        'CREATE INDEX "finding_open" ON "finding" ("estate_id", "due_at", "id") WHERE ("closed_at" IS NULL)',
    ):
        db.execute_sql(statement)

    migrator.migrate(migrator.drop_not_null('photo', 'order_id'))
