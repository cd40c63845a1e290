"""Rate limits whose windows do not move while a test counts."""

import time
from types import SimpleNamespace

import limits.aio.storage.memory
import pytest


def hold_limit_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of the limits that are counted in memory.

    Their windows follow the clock's minutes: a test that crosses one gets another call let through, because the calls
    of the minute before weigh less with every second.
    """
    now = time.time()
    monkeypatch.setattr(limits.aio.storage.memory, "time", SimpleNamespace(time=lambda: now))
