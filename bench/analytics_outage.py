"""What a chat request costs while analytics-service runs, is gone, is silent, or refuses and fails at all it is sent.

One chat-service for each of the five; requests go to them in turns, so that a busy moment of the machine meets all.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from harness import (
    ANALYTICS,
    AUTH,
    CHAT,
    NOBODY_LISTENS,
    Person,
    people_of,
    percentile,
    print_table,
    running_chat,
    running_provider,
)

CASES = ("up", "refused", "silent", "answers 422", "answers 500")


@asynccontextmanager
async def silent_server() -> AsyncIterator[str]:
    """The address of a server that takes connections and says nothing."""

    async def keep(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def failing_server(status: int) -> AsyncIterator[str]:
    """The address of a server that answers everything with this status."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        return web.json_response({"detail": "This server fails."}, status=status)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """How long it takes, in ms."""
    started_at = time.perf_counter()
    await work()
    return (time.perf_counter() - started_at) * 1000


async def one_round(person: Person, found: dict[str, list[float]]) -> None:
    """A conversation, a message with its answer, and the history."""
    conversation = ""

    async def create() -> None:
        nonlocal conversation
        conversation = await person.new_conversation()

    found["create"].append(await timed(create))
    found["send"].append(await timed(lambda: person.ask(conversation, "[[say]]Yes")))
    found["read"].append(await timed(lambda: person.messages(conversation)))


async def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Times in ms by case and request; the events of the whole run wait where nobody takes them."""
    found: dict[str, dict[str, list[float]]] = {case: {"create": [], "send": [], "read": []} for case in CASES}
    async with AsyncExitStack() as open_:
        base_url = open_.enter_context(running_provider())
        addresses = {
            "refused": NOBODY_LISTENS,
            "silent": await open_.enter_async_context(silent_server()),
            "answers 422": await open_.enter_async_context(failing_server(422)),
            "answers 500": await open_.enter_async_context(failing_server(500)),
        }
        stacks = {"up": running_chat(base_url, services=(AUTH, ANALYTICS, CHAT))} | {
            case: running_chat(base_url, settings={"ANALYTICS_SERVICE_URL": address})
            for case, address in addresses.items()
        }
        persons = {
            case: await (await open_.enter_async_context(people_of(open_.enter_context(stack)))).register()
            for case, stack in stacks.items()
        }
        for turn in range(rounds + 20):
            for case, person in persons.items():
                await one_round(person, found[case])
            if turn == 19:  # the first twenty warm up
                for times in (times for requests in found.values() for times in requests.values()):
                    times.clear()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    found = asyncio.run(measure(parser.parse_args().rounds))
    rows = []
    for request, normal in found["up"].items():
        for case in CASES:
            times = found[case][request]
            values = [percentile(times, percent) for percent in (50, 95)]
            ratios = [value / percentile(normal, percent) for value, percent in zip(values, (50, 95), strict=True)]
            cells = [f"{value:.2f}" for value in values] + [f"{ratio:.2f}" for ratio in ratios]
            rows.append([f"{request}, analytics {case}", str(len(times)), *cells])
    print_table(["request", "n", "p50 ms", "p95 ms", "p50 ratio", "p95 ratio"], rows)


if __name__ == "__main__":
    main()
