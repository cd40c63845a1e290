"""Time added per token between the model's server and one user, at 50 tokens a second.

Every token is the provider's clock at the moment of sending; the client, on the same machine and clock, subtracts it
from the moment of arrival. The raw limit is a client that reads the provider directly, in the same run. The users are
a program at the streaming socket and a page in a real Chromium, which notes when its script is given each frame.
"""

import argparse
import asyncio
import json
import time
from collections.abc import AsyncIterator

import aiohttp
from harness import CHAT, Person, Stack, people_of, percentile, print_table, running_chat, running_provider
from playwright.async_api import Page
from support.browser import running_browser

RATE = 50
# Resolves to [moment of arrival in ms since 1970, content] for each delta of one answer.
LISTEN_IN_PAGE = """([address, content]) => new Promise((resolve, reject) => {
  const [deltas, socket] = [[], new WebSocket(address)];
  socket.onopen = () => socket.send(JSON.stringify({ type: "message", content }));
  socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
  socket.onmessage = ({ data }) => {
    const arrivedAt = performance.timeOrigin + performance.now();
    const frame = JSON.parse(data);
    if (frame.type === "delta") deltas.push([arrivedAt, frame.content]);
    if (frame.role !== "assistant" || frame.type !== "message") return;
    socket.onclose = null;
    socket.close();
    resolve(deltas);
  };
})"""


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


async def read_in_page(page: Page, stack: Stack, person: Person, tokens: int) -> list[float]:
    """The delay of each token, in ms, for a script of a page."""
    conversation = await person.new_conversation()
    address = f"{stack.socket_address}/ws/{conversation}?stream=true&token={person.token}"
    deltas = await page.evaluate(LISTEN_IN_PAGE, [address, prompt(tokens)])
    return [delay for arrived_at, content in deltas for delay in delays(content, arrived_at / 1000)]


def delays(content: str, arrived_at: float | None = None) -> list[float]:
    """How late each token of a piece came, in ms; it came just now, or at these seconds since 1970."""
    moment = time.time() if arrived_at is None else arrived_at
    return [(moment - float(sent_at)) * 1000 for sent_at in content.split()]


async def measure(rounds: int, tokens: int) -> dict[str, list[float]]:
    """The delays of all ways, taken in turns so that a busy moment of the machine meets each."""
    ways = ("provider, read directly", "through chat-service, a program", "through chat-service, a page")
    direct, through, paged = found = [list[float]() for _ in ways]
    with running_provider() as base_url, running_chat(base_url) as stack:
        async with people_of(stack) as people, running_browser() as browser:
            # From the service's own address, so that its sockets are open to it; what that page shows does not matter.
            page = await browser.new_page(bypass_csp=True)
            await page.goto(stack.address_of(CHAT))
            person = await people.register()
            async for _ in read_through_chat(person, RATE):
                pass  # the first answer loads what is loaded once
            for _ in range(rounds):
                direct += [delay async for delay in read_directly(base_url, tokens)]
                through += [delay async for delay in read_through_chat(person, tokens)]
                paged += await read_in_page(page, stack, person, tokens)
    return dict(zip(ways, found, strict=True))


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
    direct, *through = (percentile(values, 50) for values in found.values())
    added = [f"{median - direct:.2f} ms" for median in through]
    print(f"\nadded per token at the median: {added[0]} to a program, {added[1]} to a page")


if __name__ == "__main__":
    main()
