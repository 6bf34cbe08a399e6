"""An owner urges on their own page: then nobody of the staff noted it."""


def up(migrator, db):
    migrator.migrate(migrator.drop_not_null('urge', 'by_id'))
