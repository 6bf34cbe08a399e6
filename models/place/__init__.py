"""Where things are: estates, their grids and the places in them."""
from models.place.estate import Estate
from models.place.grid import Grid
from models.place.record import Place

__all__ = ["Estate", "Grid", "Place"]
