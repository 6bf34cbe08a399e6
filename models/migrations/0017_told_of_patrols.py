"""What people are told of is not always an order."""


def up(migrator, db):
    migrator.migrate(migrator.drop_not_null('notification', 'order_id'),
                     migrator.drop_not_null('delivery', 'order_id'))
