"""Measures of answers while they stream: CPU for each token, delays, the first token, lost tokens."""

import statistics
from dataclasses import dataclass

from harness import percentile
from measured import Server
from report import Line, added, compared, unjudged
from speed_people import Hall, Seat, Ticket, ask_all

GOALS = {20: (1.5, 2.0), 200: (1.2, 10.0)}  # people: CPU beside the relay's, median of the delay in ms above it
SLOWEST_MS = 50.0
FIRST_TOKEN_MS = 5.0


@dataclass(frozen=True, slots=True)
class Round:
    """What one round showed of one server."""

    cpu_microseconds: float
    p50_ms: float
    p99_ms: float
    lost: int


async def stream_lines(hall: Hall, *, people: int, tokens: int, rate: int, rounds: int) -> list[Line]:
    """The lines for so many people who read at the same time."""
    tickets = await hall.tickets(people)
    found: dict[str, list[Round]] = {}
    for _ in range(rounds):
        for server in (hall.servers.relay, hall.servers.chat):
            found.setdefault(server.name, []).append(await _round(hall, server, tickets, tokens, rate))
    relay, ours = (found[server.name] for server in (hall.servers.relay, hall.servers.chat))
    most_cpu, most_ms = GOALS.get(people, (None, None))
    quiet, our_quiet = (min(rounds_of, key=lambda one: one.p50_ms) for rounds_of in (relay, ours))
    lost, our_lost = (sum(one.lost for one in rounds_of) for rounds_of in (relay, ours))
    title = f"{people} people × {rate} tokens/s:"
    lines = [
        compared(f"{title} CPU per token", _cpu(relay), _cpu(ours), form="{:.1f} µs", most=most_cpu),
        added(f"{title} delay, median", quiet.p50_ms, our_quiet.p50_ms, below_ms=most_ms),
        added(f"{title} delay, p99", quiet.p99_ms, our_quiet.p99_ms, below_ms=most_ms and SLOWEST_MS),
    ]
    if quiet.p99_ms > SLOWEST_MS:
        lines = list(map(unjudged, lines))
    return [
        *lines,
        Line(f"{title} lost tokens", str(lost), f"{our_lost} of {people * tokens * rounds:,}", "", "0", our_lost == 0),
    ]


def _cpu(rounds: list[Round]) -> float:
    return statistics.median(one.cpu_microseconds for one in rounds)


async def _round(hall: Hall, server: Server, tickets: list[Ticket], tokens: int, rate: int) -> Round:
    async with hall.seats(server, tickets) as seats:
        before = server.cpu_seconds()
        answers = await ask_all(seats, tokens=tokens, rate=rate)
        cpu = server.cpu_seconds(before)
    delays = [delay * 1000 for answer in answers for delay in answer.delays]
    return Round(
        cpu_microseconds=cpu * 1e6 / (tokens * len(tickets)),
        p50_ms=percentile(delays, 50),
        p99_ms=percentile(delays, 99),
        lost=sum(answer.lost for answer in answers),
    )


async def first_token_line(hall: Hall, *, tries: int) -> Line:
    """How long a message waits for its first token, while nobody else talks."""
    tickets = await hall.tickets(1)
    times: dict[str, list[float]] = {}
    async with (
        hall.seats(hall.servers.relay, tickets) as (relay_seat,),
        hall.seats(hall.servers.chat, tickets) as (our_seat,),
    ):
        for _ in range(tries):
            for name, seat in (("relay", relay_seat), ("chat", our_seat)):
                times.setdefault(name, []).append(await _first_token(seat))
    relay, ours = (statistics.median(times[name]) * 1000 for name in ("relay", "chat"))
    return added("first token after sending, median", relay, ours, below_ms=FIRST_TOKEN_MS)


async def _first_token(seat: Seat) -> float:
    return (await seat.ask(tokens=1, rate=50)).first_after
