"""The feed of a conversation's frames: each reader at its own pace, and what all have read is forgotten."""

import asyncio

import pytest
from chat_server.errors import ReaderTooSlow
from chat_server.generation import feed as feed_module
from chat_server.generation.feed import ConversationFeed, FeedFrame
from hypothesis import given
from hypothesis import strategies as st


def frame(number: int) -> FeedFrame:
    return FeedFrame("delta", str(number), "m", number)


def numbers(frames: list[FeedFrame]) -> list[int]:
    return [frame.seq for frame in frames]


@pytest.fixture
def feed() -> ConversationFeed:
    return ConversationFeed("c")


class TestReaders:
    def test_each_sees_what_is_published_from_its_beginning(self, feed: ConversationFeed) -> None:
        early = feed.watch()
        feed.publish(frame(1))
        late = feed.watch()
        feed.publish(frame(2))

        assert (numbers(early.take()), numbers(late.take())) == ([1, 2], [2])
        assert (early.take(), late.take()) == ([], [])

    def test_nothing_is_kept_when_nobody_reads(self, feed: ConversationFeed) -> None:
        feed.publish(frame(1))

        assert feed.watch().take() == []

    def test_one_that_left_holds_nothing_back(self, feed: ConversationFeed) -> None:
        stays, leaves = feed.watch(), feed.watch()
        for number in range(1, 301):
            feed.publish(frame(number))
        stays.take()
        leaves.close()
        feed.publish(frame(301))

        assert feed.kept == 1
        assert numbers(stays.take()) == [301]
        stays.close()
        assert not feed.is_watched

    async def test_it_wakes_every_reader(self, feed: ConversationFeed) -> None:
        readers = [feed.watch() for _ in range(3)]
        waits = [asyncio.create_task(reader.wait()) for reader in readers]
        await asyncio.sleep(0)
        feed.publish(frame(1))
        await asyncio.wait_for(asyncio.gather(*waits), 1)

        assert [numbers(reader.take()) for reader in readers] == [[1]] * 3

    async def test_news_that_came_before_the_wait_are_not_missed(self, feed: ConversationFeed) -> None:
        reader = feed.watch()
        feed.publish(frame(1))

        await asyncio.wait_for(reader.wait(), 1)

    @given(
        moves=st.lists(
            st.one_of(
                st.just("publish"), st.just("join"), st.tuples(st.sampled_from(["take", "leave"]), st.integers(0))
            )
        )
    )
    def test_whoever_reads_when_reads_everything_once_in_order(self, moves: list[str | tuple[str, int]]) -> None:
        feed, published = ConversationFeed("c"), 0
        readers = [feed.watch()]
        begun, seen = {readers[0]: 0}, {readers[0]: list[int]()}
        for move in moves:
            if move == "publish":
                published += 1
                feed.publish(frame(published))
            elif move == "join":
                readers.append(feed.watch())
                begun[readers[-1]], seen[readers[-1]] = published, []
            elif readers and isinstance(move, tuple):
                reader = readers[move[1] % len(readers)]
                seen[reader] += numbers(reader.take())
                if move[0] == "leave":
                    reader.close()
                    readers.remove(reader)
        for reader in readers:
            seen[reader] += numbers(reader.take())
            assert seen[reader] == list(range(begun[reader] + 1, published + 1))
        for reader, found in seen.items():
            assert found == list(range(begun[reader] + 1, begun[reader] + 1 + len(found)))


class TestForgetting:
    def test_what_a_lone_reader_took_is_gone(self, feed: ConversationFeed) -> None:
        reader = feed.watch()
        feed.publish(frame(1))
        reader.take()

        assert feed.kept == 0

    def test_what_all_have_read_goes_in_time(self, feed: ConversationFeed) -> None:
        readers = [feed.watch(), feed.watch()]
        for number in range(5_000):
            feed.publish(frame(number))
            for reader in readers:
                reader.take()

        assert feed.kept < 300

    def test_a_reader_too_far_behind_is_told_and_the_others_go_on(
        self, feed: ConversationFeed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "LONGEST_LAG", 100)
        quick, slow = feed.watch(), feed.watch()
        seen = []
        for number in range(1, 251):
            feed.publish(frame(number))
            seen += numbers(quick.take())

        assert seen == list(range(1, 251))
        assert feed.kept <= 100
        with pytest.raises(ReaderTooSlow):
            slow.take()

    def test_one_just_within_the_limit_misses_nothing(
        self, feed: ConversationFeed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed_module, "LONGEST_LAG", 100)
        quick, slow = feed.watch(), feed.watch()
        for number in range(1, 101):
            feed.publish(frame(number))
            quick.take()

        assert numbers(slow.take()) == list(range(1, 101))
