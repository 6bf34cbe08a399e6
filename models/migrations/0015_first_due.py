"""By when the first call of each callback was owed, kept beside what the owner agreed to since."""
from peewee import *


def up(migrator, db):
    migrator.migrate(migrator.add_column('callback', 'first_due_at', DateTimeField(null=True)))
    db.execute_sql('UPDATE callback SET first_due_at = due_at')
