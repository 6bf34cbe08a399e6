"""What the demo's owners do on their own pages: rate, urge, and reopen with a photo."""
from typing import TYPE_CHECKING, Any

from models.callback import DIMENSIONS, Rating, Said
from models.photo import Photo, Picture, shelved
from models.work_order import Reopening, Urge

if TYPE_CHECKING:
    from models.user import User
    from models.work_order import WorkOrder

AT_HOME = "198.51.100.7"
# By twist: after which step of the work it comes ("" for the last), and the steps.
ON_THEIR_PAGE: dict[str, tuple[str, tuple[str, ...]]] = {
    "owner_urged": ("", ("urge_online",)),
    "rated_early": ("", ("rate_online",)),
    "rated_in_part": ("", ("rate_in_part",)),
    "flagged": ("", ("rate_at_work",)),
    "reopened_online": ("", ("reopen_online",)),
}
# Minutes before each of them.
GAPS = {"urge_online": 35, "rate_online": 120, "rate_in_part": 90, "rate_at_work": 20, "reopen_online": 2880}
WISHED = ("", "希望能提前半小时再打个电话。")
PRAISED = ("来之前打了电话，穿鞋套，修完还把地擦了。", "第二天就修好了，价格讲得清楚。", "灯亮了，楼道不黑了，谢谢。")


class OnTheirPage:
    """Steps of a story that its owner takes, by the link."""

    if TYPE_CHECKING:
        order: WorkOrder
        worker: User
        chance: Any

        def _picture(self, stage: str, nth: int) -> Picture: ...

    def rate_online(self) -> None:
        scores = {name: self.chance.choice((4, 5, 5)) for name in DIMENSIONS}
        told = Said("yes", "satisfied", self.chance.choice(PRAISED), scores, suggestion=self.chance.choice(WISHED))
        Rating.give(self.order, told, address=AT_HOME)

    def rate_in_part(self) -> None:
        """Solved and content, without a word on the rest: it is called about all the same."""
        Rating.give(self.order, Said("yes", "fairly", scores={"reliability": 4}), address=AT_HOME)

    def rate_at_work(self) -> None:
        """From the phone of who did the work."""
        Rating.give(self.order, Said("yes", "satisfied", "很好，非常满意。", dict.fromkeys(DIMENSIONS, 5)),
                    address=AT_HOME, signed_in=self.worker)

    def urge_online(self) -> None:
        Urge.make(self.order, "水一直在滴，盆子两个小时就满了，请尽快。", by=None)

    def reopen_online(self) -> None:
        pictures = [self._picture("report", 7)]
        with shelved(pictures):
            Reopening.make(self.order, "again", "好了两天又返水了，地漏边上一圈都是湿的，照片在下面。", by=None)
            Photo.attach(self.order, pictures, "report", by=None)

