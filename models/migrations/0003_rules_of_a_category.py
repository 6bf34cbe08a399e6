"""What a category says beyond its limits, and the appointment that replaces an arrival limit."""
from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column('category', 'keywords', CharField(max_length=400, default='')),
        migrator.add_column('category', 'auto_assign', BooleanField(default=False)),
        migrator.add_column('category', 'may_grab', BooleanField(default=False)),
        migrator.add_column('category', 'retired_at', DateTimeField(null=True)),
        migrator.add_column('work_order', 'appointment_at', DateTimeField(null=True)),
    )
