"""The frames of one conversation in order, each encoded once, for as many watchers as there are."""

import asyncio
from collections.abc import Callable

import msgspec

from chat_server.errors import ReaderTooSlow

LONGEST_LAG = 20_000  # frames; a watcher further behind is dropped and comes back with `resume`


class FeedFrame(msgspec.Struct, frozen=True):
    """An encoded frame. `seq` is above 0 for deltas alone, `reasoning_end` for thoughts alone.

    `origin` is the reader who sent what it tells of and need not be told; `only_for` the one reader it is for.
    """

    kind: str
    text: str
    message_id: str = ""
    seq: int = 0
    origin: object | None = None
    only_for: object | None = None
    reasoning_end: int = 0


class Watcher:
    """One reader's place in the feed. Reads at its own pace; nothing is queued for it.

    `notify` says that there is something to read or to do: it calls `on_news`, or, without that, ends a `wait`.
    """

    __slots__ = ("_feed", "_news", "notify", "position")

    def __init__(self, feed: "ConversationFeed", position: int, on_news: Callable[[], None] | None = None) -> None:
        self._feed = feed
        self._news = asyncio.Event() if on_news is None else None
        self.notify = on_news or self._come_back
        self.position = position

    async def wait(self) -> None:
        """Returns when `notify` was called since the last `wait`. For watchers without `on_news`."""
        if self._news is None:
            raise TypeError("a watcher that is called does not wait")
        await self._news.wait()
        self._news.clear()

    def _come_back(self) -> None:
        if self._news is not None:
            self._news.set()

    def take(self) -> list[FeedFrame]:
        """The frames since the last call. Raises ReaderTooSlow when some of them are gone."""
        frames = self._feed.since(self.position)
        self.position += len(frames)
        return frames

    def close(self) -> None:
        """Leaves the feed."""
        self._feed.leave(self)


class ConversationFeed:
    """Owns the frames that some watcher has not read yet; what all have read is forgotten."""

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        self._frames: list[FeedFrame] = []
        self._first = 0
        self._watchers: set[Watcher] = set()

    @property
    def is_watched(self) -> bool:
        """Whether anybody reads."""
        return bool(self._watchers)

    @property
    def kept(self) -> int:
        """How many frames wait for a reader."""
        return len(self._frames)

    @property
    def end(self) -> int:
        """The position behind the newest frame."""
        return self._first + len(self._frames)

    def watch(self, on_news: Callable[[], None] | None = None) -> Watcher:
        """A new reader of everything that is published from now on. `on_news` must neither wait nor raise."""
        watcher = Watcher(self, self.end, on_news)
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Forgets a reader."""
        self._watchers.discard(watcher)
        self._forget_read()

    def publish(self, frame: FeedFrame) -> None:
        """Appends a frame and wakes the readers. Never waits for one."""
        if not self._watchers:
            return
        if len(self._frames) >= LONGEST_LAG:
            self._forget_read()
            self._drop(max(0, len(self._frames) - LONGEST_LAG + 1))
        self._frames.append(frame)
        for watcher in self._watchers:
            watcher.notify()

    def since(self, position: int) -> list[FeedFrame]:
        """The frames from a position on. Raises ReaderTooSlow when they are no longer kept."""
        if position < self._first:
            raise ReaderTooSlow()
        if position == self._first and len(self._watchers) == 1:
            frames, self._frames = self._frames, []
            self._first += len(frames)
            return frames
        frames = self._frames[position - self._first :]
        if len(self._frames) > 256:
            self._forget_read()
        return frames

    def _forget_read(self) -> None:
        slowest = min((watcher.position for watcher in self._watchers), default=self.end)
        self._drop(slowest - self._first)

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._frames[:count]
            self._first += count
