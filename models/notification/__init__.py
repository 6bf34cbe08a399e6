"""Who is told what: notifications in the app, what each person wants of them, and the channels that lead out of it."""
from models.notification.audience import AUDIENCE, KINDS, PROMISES
from models.notification.channel import CHANNEL_KINDS, TLS, Channel
from models.notification.delivery import Delivery
from models.notification.maker import notify
from models.notification.mouths import REPLIES, Message, Reply
from models.notification.of_patrols import OF_PATROLS
from models.notification.preference import Preference
from models.notification.record import Cursor, Notification

__all__ = [
    "AUDIENCE",
    "CHANNEL_KINDS",
    "KINDS",
    "OF_PATROLS",
    "PROMISES",
    "REPLIES",
    "TLS",
    "Channel",
    "Cursor",
    "Delivery",
    "Message",
    "Notification",
    "Preference",
    "Reply",
    "notify",
]
