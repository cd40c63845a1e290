"""What docs/benchmarks.md says of events and figures."""

from collections.abc import Sequence

from report import Line, machine, written

ON_POSTGRES = """\
## Events and figures on PostgreSQL

Made by `.venv/bin/python bench/events.py --postgres`, measured as above. {machine}

{table}

The server is one of the tests', on the same machine, without `fsync`; its CPU is its own and not counted as the
service's, nor as the driver's. It has tidied up (`VACUUM ANALYZE`) before figures are read.
"""
TEXT = """\
## Events and figures

Made by `.venv/bin/python bench/events.py`. {machine}

{table}

### How it is measured

- Events are those of {people} people in sessions of a handful of exchanges, most of them by day: half are requests,
  a third are messages with model, tokens, cost and times.
- *Events per second and core*: batches of 500 over HTTP with a service's token, one after the other, {rounds} rounds of
  {events:,}; one second of the CPU of analytics-service, all threads, is what «per second and core» means. The limit is
  the driver alone, which inserts the same rows into the same table with its indexes, a batch for each transaction, with
  `synchronous=FULL` on both sides: no HTTP, no reading of JSON, no rollups. In turns, medians.
- *Memory* is what the process holds after all rounds, beside what it held after the first.
- Figures: two services, one with few events and one with many, all of the last {days} days, stored by the service's own
  code. The time from a request to its answer as a client on the same machine sees it, {requests} of each kind, to both
  services in turns; medians. Days are those of Berlin, whose zone has changes of an hour.
"""


def document(lines: Sequence[Line], *, postgres: bool, **sizes: int) -> str:
    """The whole part, or the other one on PostgreSQL."""
    text = ON_POSTGRES if postgres else TEXT
    return text.format(machine=machine(), table=written(lines, "analytics-service"), **sizes)
