"""Time added per token between the model's server and the socket of one user, at 50 tokens a second.

Every token is the provider's clock at the moment of sending; the client, on the same machine and clock, subtracts it
from the moment of arrival. The raw limit is a client that reads the provider directly, in the same run.
"""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator

import aiohttp
from harness import Person, people_of, percentile, print_table, running_chat, running_provider

RATE = 50


def prompt(tokens: int) -> str:
    return f"[[timestamps]][[tokens={tokens}]][[rate={RATE}]]"


async def read_directly(base_url: str, tokens: int) -> AsyncIterator[float]:
    """The delay of each token, in ms, for a client of the provider itself."""
    body = {"model": "gpt-4", "stream": True, "messages": [{"role": "user", "content": prompt(tokens)}]}
    async with aiohttp.ClientSession() as session, session.post(f"{base_url}/chat/completions", json=body) as response:
        async for line in response.content:
            if not line.startswith(b"data: {"):
                continue
            content = json.loads(line[6:])["choices"][0]["delta"].get("content", "")
            for delay in delays(content):
                yield delay


async def read_through_chat(person: Person, tokens: int) -> AsyncIterator[float]:
    """The delay of each token, in ms, for a client of the streaming socket."""
    async with person.socket(await person.new_conversation(), stream=True) as socket:
        await socket.send("message", content=prompt(tokens))
        while (frame := await socket.receive()).get("role") != "assistant":
            if frame.type == "delta":
                for delay in delays(frame["content"]):
                    yield delay


def delays(content: str) -> list[float]:
    now = time.time()
    return [(now - float(sent_at)) * 1000 for sent_at in content.split()]


async def measure(rounds: int, tokens: int) -> dict[str, list[float]]:
    """The delays of both ways, taken in turns so that a busy moment of the machine meets both."""
    found: dict[str, list[float]] = {"provider, read directly": [], "through chat-service": []}
    direct, through = found.values()
    with running_provider() as base_url, running_chat(base_url) as stack:
        async with people_of(stack) as people:
            person = await people.register()
            async for _ in read_through_chat(person, RATE):
                pass  # the first answer loads what is loaded once
            for _ in range(rounds):
                direct += [delay async for delay in read_directly(base_url, tokens)]
                through += [delay async for delay in read_through_chat(person, tokens)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=250, help="tokens of each answer")
    arguments = parser.parse_args()
    found = asyncio.run(measure(arguments.rounds, arguments.tokens))
    rows = [
        [
            name,
            str(len(values)),
            *(f"{percentile(values, percent):.2f}" for percent in (50, 95, 99)),
            f"{max(values):.2f}",
        ]
        for name, values in found.items()
    ]
    print_table(["way to the client (delay in ms)", "tokens", "p50", "p95", "p99", "max"], rows)
    direct, through = (percentile(values, 50) for values in found.values())
    print(f"\nadded per token at the median: {through - direct:.2f} ms")


if __name__ == "__main__":
    main()
