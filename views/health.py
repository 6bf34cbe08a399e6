"""Is this installation well? For machines that watch it."""
from flask import Blueprint, Response, current_app, jsonify
from peewee import PeeweeException

from models.base import database
from models.jobs import Heartbeat
from models.storage import photo_files
from views.people import public

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def show() -> tuple[Response, int]:
    """JSON: database, storage, seconds since the worker's last sign of life (null: none yet), version."""
    try:
        database.connect(reuse_if_open=True)
        database.execute_sql("SELECT 1")
        age = Heartbeat.age()
        database_ok = True
    except PeeweeException:
        age, database_ok = None, False
    storage_ok = photo_files().ready()
    well = database_ok and storage_ok
    answer = jsonify(database=database_ok, storage=storage_ok, worker_age=age, version=current_app.config["VERSION"])
    return answer, 200 if well else 503
