"""The tools that measure speed: they measure what they say, and lose nothing on the way. No figure is judged here."""

import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from events_made import MadeEvents
from launcher.paths import ROOT
from report import Line, added, compared, put_part, unjudged
from service_kit.events import AnyEvent, ApiRequest, ConversationCreated, MessageCreated, MessageFeedback, UserLogin

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


SMALLEST_OF_EVENTS = {"people": 3, "rounds": 1, "events": 600, "few": 100, "many": 400, "requests": 2}


def report_of(script: str, smallest: Mapping[str, int], output: Path) -> str:
    """What a run of the smallest sizes has written."""
    sizes = [f"--{name}={value}" for name, value in smallest.items()]
    command = [sys.executable, str(ROOT / "bench" / script), *sizes, "--output", str(output)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert ended.returncode == 0, ended.stderr
    text = output.read_text(encoding="utf-8")
    assert all(line in text for line in ended.stdout.strip().splitlines())
    return text


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is written of the speed of answers."""
    return report_of("speed.py", SMALLEST, tmp_path_factory.mktemp("bench") / "report.md")


@pytest.fixture(scope="module")
def event_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is written of events and figures."""
    return report_of("events.py", SMALLEST_OF_EVENTS, tmp_path_factory.mktemp("bench") / "report.md")


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


class TestEvents:
    @pytest.mark.parametrize(
        "measure",
        [
            "events per second and core, batches of 500",
            "memory after 600 more events",
            "summary, ",
            "90 days of messages, ",
            "90 days of the 95th percentile, ",
            "overview of 90 days, ",
        ],
    )
    def test_every_figure_stands_beside_its_limit(self, event_report: str, measure: str) -> None:
        line = next(line for line in event_report.splitlines() if line.startswith(f"| {measure}"))
        _, _, limit, ours, *_ = (cell.strip() for cell in line.split("|"))
        assert re.match(r"^[\d.,]+( ms| MB)?$", limit)
        assert re.match(r"^[\d.,]+( ms| MB)?$", ours)

    def test_it_tells_nothing_of_the_machine_but_its_kind(self, event_report: str) -> None:
        assert str(ROOT) not in event_report
        assert "127.0.0.1" not in event_report

    def test_events_are_the_same_every_time_and_each_is_there_once(self) -> None:
        first = datetime(2026, 3, 1, tzinfo=UTC)

        def made() -> list[AnyEvent]:
            return [event for of_hour in MadeEvents(["a", "b"]).over_days(first, 3, 2_000) for event in of_hour]

        events = made()
        assert events == made()
        assert len({event.event_id for event in events}) == len(events) >= 1_900
        assert {UserLogin, ConversationCreated, ApiRequest, MessageCreated, MessageFeedback} == set(map(type, events))


class TestParts:
    def test_a_part_is_replaced_and_the_others_stay(self, tmp_path: Path) -> None:
        document = tmp_path / "report.md"
        document.write_text("Head\n<!-- a: begin --><!-- a: end -->\nBetween\n<!-- b: begin -->\nB\n<!-- b: end -->\n")
        for text in ("one", "another \\1"):
            put_part(document, "a", text)
            assert document.read_text() == (
                f"Head\n<!-- a: begin -->\n{text}\n<!-- a: end -->\nBetween\n<!-- b: begin -->\nB\n<!-- b: end -->\n"
            )

    def test_a_document_without_the_part_is_left_as_it_is(self, tmp_path: Path) -> None:
        document = tmp_path / "report.md"
        document.write_text("Head\n")
        with pytest.raises(ValueError, match="no part «a»"):
            put_part(document, "a", "one")
        assert document.read_text() == "Head\n"


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
