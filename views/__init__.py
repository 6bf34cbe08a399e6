"""Ways in: a request or a command becomes one call on a model and something to read."""
from flask import Flask
from werkzeug.routing import IntegerConverter

from views import (
    answers,
    assets,
    callbacks,
    health,
    inspections,
    language,
    offline,
    outbox,
    people,
    photos,
    places,
    progress,
    registrations,
    reports,
    security,
    sessions,
    throttle,
    work_orders,
)


class RowConverter(IntegerConverter):
    """The number of a row: no larger than any database keeps."""

    regex = r"[0-9]{1,9}"


BLUEPRINTS = (
    sessions.bp, work_orders.bp, registrations.bp, inspections.bp, callbacks.bp, photos.bp, reports.bp, progress.bp,
    places.bp, outbox.bp, offline.bp, language.bp, health.bp, assets.bp,
)


def register(app: Flask) -> None:
    """Give the app its pages and everything that stands around them."""
    app.url_map.converters["row"] = RowConverter
    for part in (security, people, language, assets, offline, outbox, throttle, answers):
        part.init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
