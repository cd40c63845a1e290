"""The tool that measures speed: it measures what it says, and loses nothing on the way. No figure is judged here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from launcher.paths import ROOT
from speed_report import Line, added, compared, unjudged

SMALLEST = {
    "people": 2,
    "tokens": 25,
    "rounds": 1,
    "tries": 1,
    "sockets": 4,
    "warm-sockets": 2,
    "writers": 2,
    "exchanges": 4,
    "history": 12,
    "requests": 2,
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run of the smallest sizes has written."""
    output = tmp_path_factory.mktemp("bench") / "report.md"
    sizes = [f"--{name}={value}" for name, value in SMALLEST.items()]
    command = [sys.executable, str(ROOT / "bench" / "speed.py"), *sizes, "--output", str(output)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert ended.returncode == 0, ended.stderr
    text = output.read_text(encoding="utf-8")
    assert all(line in text for line in ended.stdout.strip().splitlines())
    return text


class TestSpeed:
    def test_no_token_is_lost(self, report: str) -> None:
        assert re.search(r"\| 2 people × 50 tokens/s: lost tokens +\| +0 \| +0 of 50 \|", report)

    @pytest.mark.parametrize(
        "measure",
        [
            "idle socket",
            "2 people × 50 tokens/s: CPU per token",
            "2 people × 50 tokens/s: delay, median",
            "2 people × 50 tokens/s: delay, p99",
            "first token after sending, median",
            "plain exchanges per second and core",
            "newest 50 of 12 messages",
            "first 50 of 12 conversations",
            "an exchange at message 12",
        ],
    )
    def test_every_figure_stands_beside_its_limit(self, report: str, measure: str) -> None:
        (line,) = [line for line in report.splitlines() if line.startswith(f"| {measure}")]
        _, _, limit, ours, *_ = (cell.strip() for cell in line.split("|"))
        assert re.match(r"^-?[\d.,]+( µs| ms| kB)?$", limit)
        assert re.match(r"^-?[\d.,]+( µs| ms| kB)?$", ours)

    def test_it_tells_nothing_of_the_machine_but_its_kind(self, report: str) -> None:
        assert str(ROOT) not in report
        assert str(Path.home()) not in report
        assert "127.0.0.1" not in report


class TestLine:
    def test_a_ratio_above_its_goal_is_not_reached(self) -> None:
        assert compared("x", 10.0, 15.0, form="{:.0f}", most=1.5).is_reached
        assert not compared("x", 10.0, 15.1, form="{:.0f}", most=1.5).is_reached

    def test_a_difference_as_large_as_its_goal_is_not_reached(self) -> None:
        assert added("x", 1.0, 2.9, below_ms=2.0).is_reached
        assert not added("x", 1.0, 3.0, below_ms=2.0).is_reached

    def test_what_is_faster_than_its_limit_is_told_as_such(self) -> None:
        assert added("x", 2.0, 1.5, below_ms=None).compared == "-0.50 ms"

    def test_what_is_not_reached_stands_out(self) -> None:
        assert Line("x", "1", "2", "2 ×", "≤ 1 ×", is_reached=False).cells[-1] == "**no**"

    def test_what_a_busy_machine_showed_is_neither_reached_nor_not(self) -> None:
        line = unjudged(compared("x", 10.0, 15.0, form="{:.0f}", most=1.2))
        assert line.cells == ["x", "10", "15", "1.50 ×", "≤ 1.2 × (busy)", ""]
