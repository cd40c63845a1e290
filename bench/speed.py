"""What the product promises of the speed of answers, beside the raw limit, in one run; told in docs/benchmarks.md.

With the sizes that are the default it takes about ten minutes and wants the machine for itself.
"""

import argparse
from pathlib import Path

from harness import people_of
from report import DOCUMENT, Line, put_part, written
from speed_exchanges import exchange_line, history_lines, idle_line
from speed_loop import run
from speed_people import hall_of
from speed_report import document
from speed_servers import Servers, running_servers
from speed_streams import first_token_line, stream_lines

RATE = 50
SETTINGS = {"WEBSOCKETS_PER_USER": "10000"}


async def measure(servers: Servers, sizes: argparse.Namespace) -> list[Line]:
    """All lines, the ones that nothing may have warmed up first."""
    lines: list[Line] = []
    async with people_of(servers.stack) as people, hall_of(servers, people) as hall:
        await exchange_line(hall, writers=4, exchanges=100)  # the first answers load what is loaded once
        lines.append(await idle_line(hall, sockets=sizes.sockets, warm_sockets=sizes.warm_sockets))
        for count in sizes.people:
            lines += await stream_lines(hall, people=count, tokens=sizes.tokens, rate=RATE, rounds=sizes.rounds)
        lines.append(await first_token_line(hall, tries=sizes.tries))
        lines.append(await exchange_line(hall, writers=sizes.writers, exchanges=sizes.exchanges))
        lines += await history_lines(hall, many=sizes.history, requests=sizes.requests)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="*", default=[20, 200], help="who read at the same time")
    parser.add_argument("--tokens", type=int, default=500, help="tokens of each answer")
    parser.add_argument("--rounds", type=int, default=5, help="answers of everybody, from each server")
    parser.add_argument("--tries", type=int, default=100, help="messages whose first token is waited for")
    parser.add_argument("--sockets", type=int, default=1_000, help="sockets that idle")
    parser.add_argument("--warm-sockets", type=int, default=200, help="sockets before those that count")
    parser.add_argument("--writers", type=int, default=16, help="people who exchange at the same time")
    parser.add_argument("--exchanges", type=int, default=2_000, help="plain exchanges with each server")
    parser.add_argument("--history", type=int, default=10_000, help="messages, and conversations, of a long history")
    parser.add_argument("--requests", type=int, default=500, help="requests of each kind to a history")
    parser.add_argument("--output", type=Path, default=DOCUMENT, help="where the report goes")
    sizes = parser.parse_args()
    with running_servers(SETTINGS) as servers:
        lines = run(measure(servers, sizes))
    print(written(lines, "chat-service"))
    counts = {name: value for name, value in vars(sizes).items() if isinstance(value, int)}
    put_part(sizes.output, "answers", document(lines, cores=servers.cores, rate=RATE, **counts))


if __name__ == "__main__":
    main()
