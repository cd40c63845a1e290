"""Measures of whole exchanges, of idle sockets and of long histories."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from harness import Person
from measured import Server
from report import Line, compared
from speed_people import Hall, Seat, Ticket

EXCHANGES_A_SECOND = 150
IDLE_KB = 40.0
HISTORY_RATIO = 2.0
SENDING_RATIO = 1.1  # «the same», as far as this can be told
FEW = 10
PAGES = (FEW, 50)  # messages a page: as many as there are few of, and the default
Work = Callable[[], Awaitable[object]]


async def exchange_line(hall: Hall, *, writers: int, exchanges: int) -> Line:
    """Plain exchanges for each second of the server's CPU."""
    tickets = await hall.tickets(writers)
    rates = []
    for server in (hall.servers.relay, hall.servers.chat):
        async with hall.seats(server, tickets, is_streaming=False) as seats:
            await _exchange(seats, writers)
            before = server.cpu_seconds()
            await _exchange(seats, exchanges)
            rates.append(exchanges / server.cpu_seconds(before))
    relay, ours = rates
    is_reached = ours >= EXCHANGES_A_SECOND
    name = "plain exchanges per second and core"
    return Line(name, f"{relay:,.0f}", f"{ours:,.0f}", f"{ours / relay:.2f} ×", f"≥ {EXCHANGES_A_SECOND}", is_reached)


async def _exchange(seats: Sequence[Seat], count: int) -> None:
    """So many exchanges, spread over the seats."""
    left = count

    async def go_on(seat: Seat) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await seat.exchange()

    await asyncio.gather(*map(go_on, seats))


async def idle_line(hall: Hall, *, sockets: int, warm_sockets: int) -> Line:
    """Memory of one socket that nobody uses."""
    tickets = await hall.tickets(FEW)
    kilobytes = []
    for server in (hall.servers.relay, hall.servers.chat):
        async with hall.seats(server, _spread(tickets, warm_sockets)):
            before = server.memory_bytes()
            async with hall.seats(server, _spread(tickets, sockets)):
                kilobytes.append((server.memory_bytes() - before) / sockets / 1024)
    relay, ours = kilobytes
    goal = f"< {IDLE_KB:.0f} kB"
    ratio = f"{ours / relay:.2f} ×" if relay > 0 else ""
    return Line("idle socket", f"{relay:.1f} kB", f"{ours:.1f} kB", ratio, goal, ours < IDLE_KB)


def _spread(tickets: Sequence[Ticket], count: int) -> list[Ticket]:
    return [tickets[number % len(tickets)] for number in range(count)]


async def history_lines(hall: Hall, *, many: int, requests: int) -> list[Line]:
    """What a request costs the server where there are ten of something, and where there are many."""
    chat = hall.servers.chat
    few_person, many_person = await hall.people.register(), await hall.people.register()
    short, long = await few_person.new_conversation(), await many_person.new_conversation()
    await _converse(hall, few_person, short, FEW)
    await _converse(hall, many_person, long, many)
    lines = [
        await _ratio_line(
            f"newest {limit} of {many:,} messages (limit: of {FEW})",
            chat,
            _reading(few_person, f"/conversations/{short}/messages?order=desc&limit={limit}"),
            _reading(many_person, f"/conversations/{long}/messages?order=desc&limit={limit}"),
            requests,
            HISTORY_RATIO,
        )
        for limit in PAGES
    ]
    lines.append(await _sending_line(hall, (few_person, short), (many_person, long), many, requests))
    await _fill_list(few_person, FEW - 1)
    await _fill_list(many_person, many - 1)
    return lines + [
        await _ratio_line(
            f"first {limit} of {many:,} conversations (limit: of {FEW})",
            chat,
            _reading(few_person, f"/conversations/?limit={limit}"),
            _reading(many_person, f"/conversations/?limit={limit}"),
            requests,
            HISTORY_RATIO,
        )
        for limit in PAGES
    ]


async def _converse(hall: Hall, person: Person, conversation_id: str, messages: int) -> None:
    ticket = Ticket(person.token, conversation_id)
    async with hall.seats(hall.servers.chat, [ticket], is_streaming=False) as seats:
        await _exchange(seats, messages // 2)


async def _fill_list(person: Person, conversations: int) -> None:
    for start in range(0, conversations, FEW):
        await asyncio.gather(*(person.new_conversation() for _ in range(start, min(start + FEW, conversations))))


async def _sending_line(
    hall: Hall, short: tuple[Person, str], long: tuple[Person, str], many: int, requests: int
) -> Line:
    tickets = [Ticket(person.token, conversation_id) for person, conversation_id in (short, long)]
    async with hall.seats(hall.servers.chat, tickets, is_streaming=False) as (few, lots):
        name = f"an exchange at message {many:,} (limit: at {FEW})"
        return await _ratio_line(name, hall.servers.chat, few.exchange, lots.exchange, requests, SENDING_RATIO)


def _reading(person: Person, path: str) -> Work:
    async def read() -> None:
        (await person.chat("GET", path)).raise_for_status()

    return read


async def _ratio_line(name: str, server: Server, few: Work, many: Work, requests: int, most: float) -> Line:
    """Both kinds of request in turns, a share of a hundred at a time: the accounts of a system are coarse."""
    cpu = [0.0, 0.0]
    for share in range(0, requests, 100):
        for at, work in enumerate((few, many)):
            before = server.cpu_seconds()
            for _ in range(share, min(share + 100, requests)):
                await work()
            cpu[at] += server.cpu_seconds(before)
    each, our_each = (seconds * 1000 / requests for seconds in cpu)
    return compared(name, each, our_each, form="{:.2f} ms", most=most)
