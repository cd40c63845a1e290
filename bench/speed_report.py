"""What docs/benchmarks.md says of the speed of answers."""

from collections.abc import Sequence

from report import Line, machine, written

TEXT = """\
## Answers

Made by `.venv/bin/python bench/speed.py`. {machine}

Each figure stands beside its limit, measured in the same run and in turns with it. For tokens and exchanges the limit
is a bare relay: the same uvicorn with the same switches, aiohttp towards the model, one frame for each read, and
nothing else (no accounts, no storage, no resume). For histories the limit is the same request where there are ten.

{table}

### How it is measured

- The model is a process of its own that sends {rate} tokens a second to everyone; each token is the moment of its
  sending. People sit at streaming sockets in another process on the same clock, and subtract. An answer has {tokens}
  tokens; {rounds} rounds, the relay and chat-service in turns.
- chat-service runs as the start scripts run it: SQLite with `synchronous=FULL`, sessions checked at auth-service,
  events delivered to analytics-service. {pinned}
- CPU is what the operating system has counted for all threads of the process, from before the first message until the
  last answer was stored. The median of the rounds.
- Delays are those of the round with the lowest median of each side, because whatever else runs on the machine adds to
  them. Where the relay's own p99 is above 50 ms the machine was too busy with other things to carry so many people:
  tokens came in heaps, which makes the relay look cheap and the delays long. Such lines prove nothing either way, say
  «busy» and are not judged.
- *First token* is the time from sending a message to its first token, while nobody else talks; the model answers at
  once.
- *Idle sockets*: growth of resident memory by {sockets} sockets, divided by their number, the first {warm_sockets} not
  counted.
- *Plain exchange*: a message and an answer that the model gives at once, both stored, {writers} people at a time. One
  second of the server's CPU is what «per second and core» means here.
- *Histories*: {requests} requests of each kind in turns; server CPU of one, both lists read with the same `limit`:
  a page of 50 answers ten where there are ten, and five times as much where there are many.
"""


def document(lines: Sequence[Line], *, cores: int, **sizes: int) -> str:
    """The whole part."""
    pinned = (
        "It and the relay have one core to themselves, the rest runs on the others."
        if cores
        else "This system does not let it and the relay be pinned to one core."
    )
    return TEXT.format(machine=machine(), table=written(lines, "chat-service"), pinned=pinned, **sizes)
