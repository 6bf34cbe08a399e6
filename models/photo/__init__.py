"""Photos: the evidence of an order."""
from models.photo.picture import CameraFile, Picture
from models.photo.record import FLAGS, SIZES, STAGES, Photo
from models.photo.shelf import shelved

__all__ = ["FLAGS", "SIZES", "STAGES", "CameraFile", "Photo", "Picture", "shelved"]
