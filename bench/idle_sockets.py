"""REST of a chat-service with no socket open and of one with 200 idle sockets.

Two chat-services; requests go to them in turns, so that a busy moment of the machine meets both.
"""

import argparse
import asyncio
import time
from contextlib import AsyncExitStack

from harness import Person, Stack, people_of, percentile, print_table, running_chat, running_provider

WARM_UP = 50


async def prepare(stack: Stack, sockets: int, opened: AsyncExitStack) -> tuple[Person, str]:
    """Someone with a conversation of twenty messages, beside somebody else with that many sockets."""
    people = await opened.enter_async_context(people_of(stack))
    person, crowd = await people.register(), await people.register()
    conversation, crowded = await person.new_conversation(), await crowd.new_conversation()
    for number in range(10):
        await person.ask(conversation, f"[[say]]{number}")
    for _ in range(sockets):
        await opened.enter_async_context(crowd.socket(crowded, stream=True))
    return person, conversation


async def measure(sockets: int, requests: int) -> list[list[float]]:
    """Times in ms of reading a conversation's history: without sockets, with them."""
    times: list[list[float]] = [[], []]
    async with AsyncExitStack() as opened:
        base_url = opened.enter_context(running_provider())
        stacks = [opened.enter_context(running_chat(base_url)) for _ in times]
        readers = [await prepare(stack, count, opened) for stack, count in zip(stacks, (0, sockets), strict=True)]
        for _ in range(WARM_UP + requests):
            for found, (person, conversation) in zip(times, readers, strict=True):
                started_at = time.perf_counter()
                await person.messages(conversation)
                found.append((time.perf_counter() - started_at) * 1000)
    return [found[WARM_UP:] for found in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--requests", type=int, default=1_000, help="to each of the two")
    arguments = parser.parse_args()
    alone, beside = asyncio.run(measure(arguments.sockets, arguments.requests))
    rows = [
        [name, str(len(times)), *(f"{percentile(times, percent):.2f}" for percent in (50, 95))]
        for name, times in (("no socket", alone), (f"{arguments.sockets} idle sockets", beside))
    ]
    print_table(["GET /conversations/{id}/messages", "n", "p50 ms", "p95 ms"], rows)
    ratios = [percentile(beside, percent) / percentile(alone, percent) for percent in (50, 95)]
    print(f"\nratio with to without: p50 {ratios[0]:.2f}, p95 {ratios[1]:.2f}")


if __name__ == "__main__":
    main()
