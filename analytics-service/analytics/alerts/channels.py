"""The ways in which people are told of alerts: what each gets to tell, and how it says that it could not."""

from typing import Literal, NamedTuple, Protocol

ChannelName = Literal["webhook", "email"]


class Notice(NamedTuple):
    """What is to be told. `attempts` counts this one; address and secret are those of a webhook."""

    id: str
    rule_id: str
    channel: ChannelName
    body: str
    attempts: int
    webhook_url: str | None
    webhook_secret: str | None


class NotDelivered(Exception):
    """Nobody took it. `reason` is a word for the row and the log, never what came back."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """One of the ways."""

    async def tell(self, notice: Notice) -> None:
        """Returns when it was taken. Raises NotDelivered."""
        ...
