"""The network between page and service breaks again and again: every reader ends with exactly the stored text."""

import asyncio
import os
import random
from collections.abc import AsyncIterator

import pytest
from support.client import People, Person
from support.cut_readers import CutReader, Received
from support.processes import free_port
from support.relay import Relay
from support.stack import Stack

pytestmark = pytest.mark.chaos

CUTS = int(os.environ.get("CONVOAI_CHAOS_CUTS", "40"))
READERS = 8
SCRIPT = "[[tokens=60]][[rate=60]]"


@pytest.fixture
async def relay(stack: Stack) -> AsyncIterator[Relay]:
    async with Relay(stack.chat.port, free_port()) as relay:
        yield relay


@pytest.fixture
def address(relay: Relay) -> str:
    return relay.address.replace("http://", "ws://")


async def read_under_cuts(reader: CutReader, person: Person, relay: Relay, cuts: int) -> list[str]:
    """What is wrong with all that was received while the network was cut so often; nothing when all is whole."""
    broken, faults = 0, []

    async def read_on() -> None:
        nonlocal broken
        while broken < cuts:
            conversation = await person.new_conversation()
            received = await reader.read(conversation, SCRIPT)
            broken += received.breaks
            faults.extend(await compared(person, conversation, received))

    reading = asyncio.gather(*(read_on() for _ in range(READERS)))
    while not reading.done():
        await asyncio.sleep(random.uniform(0.02, 0.4))  # anywhere within an answer
        relay.cut()
    await reading
    assert broken >= cuts
    return faults


async def compared(person: Person, conversation: str, received: Received) -> list[str]:
    messages = await person.messages(conversation)
    if [message["role"] for message in messages] != ["user", "assistant"]:
        return [f"{conversation}: {len(messages)} messages are stored for one"]
    return received.faults(messages[1])


class TestCuts:
    @pytest.mark.timeout(900)
    async def test_leave_every_reader_with_exactly_what_is_stored(
        self, people: People, relay: Relay, address: str
    ) -> None:
        person = await people.register()
        assert await read_under_cuts(CutReader(person, address), person, relay, CUTS) == []

    async def test_that_lose_a_piece_are_seen(self, people: People, relay: Relay, address: str) -> None:
        """The negative control: a reader that comes back one piece too late."""
        person = await people.register()
        faults = await read_under_cuts(CutReader(person, address, skipping=1), person, relay, 5)
        assert any("pieces came as" in fault for fault in faults)
        assert any("is stored" in fault for fault in faults)
