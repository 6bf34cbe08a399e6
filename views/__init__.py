"""Ways in: a request or a command becomes one call on a model and something to read."""
from flask import Flask
from werkzeug.routing import IntegerConverter

from views import (
    answers,
    assets,
    callbacks,
    categories,
    certificates,
    channels,
    complaints,
    dispatch,
    figures,
    findings,
    firms,
    follow_up,
    health,
    households,
    inspections,
    language,
    notices,
    notifications,
    offline,
    outbox,
    packing,
    patrol_boards,
    patrol_plans,
    patrol_points,
    patrols,
    people,
    photos,
    places,
    policies,
    progress,
    registrations,
    reports,
    roster,
    seasons,
    security,
    sessions,
    spot_checks,
    talks,
    throttle,
    time_limits,
    work_orders,
)


class RowConverter(IntegerConverter):
    """The number of a row: no larger than any database keeps."""

    regex = r"[0-9]{1,9}"


BLUEPRINTS = (
    sessions.bp, work_orders.bp, registrations.bp, complaints.bp, inspections.bp, callbacks.bp, photos.bp, reports.bp,
    progress.bp, places.bp, notices.bp, notifications.bp, channels.bp, categories.bp, time_limits.bp, dispatch.bp,
    roster.bp, certificates.bp, firms.bp, follow_up.bp, policies.bp, spot_checks.bp, talks.bp, households.bp,
    figures.bp, patrols.bp, findings.bp, patrol_points.bp, patrol_plans.bp,
    patrol_boards.bp, seasons.bp, outbox.bp, offline.bp, language.bp, health.bp, assets.bp,
)


def register(app: Flask) -> None:
    """Give the app its pages and everything that stands around them."""
    app.url_map.converters["row"] = RowConverter
    for part in (packing, security, people, language, assets, offline, outbox, notifications, throttle, answers,
                 follow_up, spot_checks, talks, progress, patrols, findings):
        part.init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
