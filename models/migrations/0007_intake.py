"""What the desk asks when it registers, complaints, replies, praise, and who changed the categories."""
from peewee import *


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = 'user'

    class Category(Model):
        class Meta:
            database = db
            table_name = 'category'

    class WorkOrder(Model):
        class Meta:
            database = db
            table_name = 'work_order'

    migrator.migrate(
        migrator.add_column('work_order', 'scope', CharField(default='', max_length=8)),
        migrator.add_column('work_order', 'wanted_at', DateTimeField(null=True)),
    )

    class CategoryChange(Model):
        category = ForeignKeyField(Category)
        by = ForeignKeyField(User)
        at = DateTimeField()
        what = CharField(max_length=8)
        detail_json = TextField(default='{}')
        class Meta:
            database = db
            table_name = 'category_change'

    class Complaint(Model):
        order = ForeignKeyField(WorkOrder, unique=True)
        grade = CharField(max_length=12)
        cause = CharField(default='', max_length=16)
        cause_words = CharField(default='', max_length=200)
        about_department = CharField(default='', max_length=16)
        about = ForeignKeyField(User, null=True)
        hidden = BooleanField(default=False)
        classified_by = ForeignKeyField(User, null=True)
        classified_at = DateTimeField(null=True)
        plan = TextField(default='')
        planned_by = ForeignKeyField(User, null=True)
        planned_at = DateTimeField(null=True)
        agreed_at = DateTimeField(null=True)
        summary = TextField(default='')
        class Meta:
            database = db
            table_name = 'complaint'
    Complaint.add_index(Complaint.about_department, Complaint.order, where=Complaint.hidden, name='complaint_hidden')

    class Reply(Model):
        order = ForeignKeyField(WorkOrder, unique=True)
        by = ForeignKeyField(User)
        at = DateTimeField()
        text = TextField()
        class Meta:
            database = db
            table_name = 'reply'

    class Praise(Model):
        order = ForeignKeyField(WorkOrder, unique=True)
        person = ForeignKeyField(User)
        by = ForeignKeyField(User)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'praise'
            indexes = ((('person', 'at'), False),)
    db.create_tables([CategoryChange, Complaint, Reply, Praise])
    # Complaints that are already registered are graded by the priority they have.
    db.execute_sql("""INSERT INTO complaint (order_id, grade, cause, cause_words, about_department, hidden, plan, summary)
        SELECT id, CASE priority WHEN 'P0' THEN 'major' WHEN 'P1' THEN 'important' ELSE 'ordinary' END,
        '', '', '', FALSE, '', '' FROM work_order WHERE kind = 'complaint' AND state <> 'reported'""")
