"""Ways in: a request or a command becomes one call on a model and something to read."""
from flask import Flask

from views import (
    answers,
    assets,
    callbacks,
    health,
    inspections,
    language,
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

BLUEPRINTS = (
    sessions.bp, work_orders.bp, registrations.bp, inspections.bp, callbacks.bp, photos.bp, reports.bp, progress.bp,
    places.bp, language.bp, health.bp, assets.bp,
)


def register(app: Flask) -> None:
    """Give the app its pages and everything that stands around them."""
    for part in (security, people, language, assets, throttle, answers):
        part.init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
