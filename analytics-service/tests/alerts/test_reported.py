"""Figures that senders report of themselves: of which processes they are, and the rules that everybody has of them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command
from alembic.config import Config
from analytics.alerts.evaluation import Evaluation
from analytics.alerts.figures import is_known
from analytics.alerts.readings import Readings
from analytics.alerts.rows import Rule
from analytics.alerts.schemas import RuleCreate
from analytics.alerts.service import AlertService
from analytics.cuts import Cut
from analytics.db.tables import alert_rules
from analytics.delivery.service import SILENT_AFTER
from analytics.settings import SERVICE_FOLDER
from chat_server.reported_figures import BUDGET_USED, OPEN_CIRCUITS
from fastapi import FastAPI
from service_kit.clock import utc_now
from service_kit.database import Database, create_database_engine
from service_kit.migrations import upgrade_to_head
from sqlalchemy import delete, select
from support.databases import new_database_url

HeadersFor = Callable[[str], dict[str, str]]
Report = Callable[..., Awaitable[None]]
QUIET: dict[str, Any] = {
    **dict.fromkeys(("waiting", "parked", "requests_waiting", "requests_dropped"), 0),
    **dict.fromkeys(("oldest_waiting_at", "last_error", "last_error_at")),
    **dict.fromkeys(("is_in_trouble", "has_ended"), False),
}
MONTH = BUDGET_USED["month"]


@pytest.fixture
async def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


@pytest.fixture
def report(client: httpx.AsyncClient, headers_for: HeadersFor) -> Report:
    async def report(instance: str, *figures: tuple[str, str, float], **facts: Any) -> None:
        told = [{"name": name, "subject": subject, "value": value} for name, subject, value in figures]
        body = QUIET | {"instance": instance, "figures": told} | facts
        answer = await client.put("/internal/senders", json=body, headers=headers_for("service"))
        assert answer.status_code == 204, answer.text

    return report


async def value_of(database: Database, figure: str, provider: str = "", *, later: timedelta = timedelta(0)) -> Any:
    """What a look finds, so much later."""
    now, cut = utc_now() + later, Cut.PROVIDER if provider else Cut.ALL
    rule = Rule("r", "r", figure, "above", 0.0, 1, 0, cut, provider, True, now, now)
    return await database.read(lambda session: Readings(session, now).value(rule))


class TestOpenCircuits:
    async def test_counts_a_provider_once_that_any_process_leaves_alone(
        self, database: Database, report: Report
    ) -> None:
        await report("a", (OPEN_CIRCUITS, "near", 0.0), (OPEN_CIRCUITS, "away", 1.0))
        await report("b", (OPEN_CIRCUITS, "near", 1.0), (OPEN_CIRCUITS, "away", 1.0))
        await report("c", (OPEN_CIRCUITS, "near", 0.0), (OPEN_CIRCUITS, "away", 0.0), (OPEN_CIRCUITS, "third", 0.0))
        assert await value_of(database, OPEN_CIRCUITS) == 2.0
        found = [await value_of(database, OPEN_CIRCUITS, name) for name in ("near", "away", "third", "unknown")]
        assert found == [1.0, 1.0, 0.0, None]

    async def test_of_nobody_who_reports_is_no_figure(self, database: Database, report: Report) -> None:
        await report("a")
        assert await value_of(database, OPEN_CIRCUITS) is None

    async def test_what_a_dead_process_said_is_forgotten(self, database: Database, report: Report) -> None:
        await report("dies", (OPEN_CIRCUITS, "away", 1.0))
        assert await value_of(database, OPEN_CIRCUITS, later=SILENT_AFTER / 2) == 1.0
        assert await value_of(database, OPEN_CIRCUITS, later=SILENT_AFTER + timedelta(seconds=1)) is None

    async def test_what_a_process_said_counts_until_it_ends(self, database: Database, report: Report) -> None:
        await report("ends", (OPEN_CIRCUITS, "away", 1.0), (MONTH, "", 90.0))
        await report("ends", (OPEN_CIRCUITS, "away", 1.0), (MONTH, "", 90.0), has_ended=True)
        assert [await value_of(database, figure) for figure in (OPEN_CIRCUITS, MONTH)] == [None, None]


class TestBudgets:
    async def test_are_as_who_spoke_last_has_read_them(self, database: Database, report: Report) -> None:
        await report("b", (MONTH, "", 99.0))
        await report("a", (MONTH, "", 0.5))
        await report("auth")  # that knows of none
        assert await value_of(database, MONTH) == 0.5
        assert await value_of(database, BUDGET_USED["day"]) is None


class TestReport:
    @pytest.mark.parametrize(
        "figures",
        [
            [{"name": "Open Circuits", "value": 1}],
            [{"name": "open_circuits", "value": "NaN"}],
            [{"name": "open_circuits", "value": None}],
            [{"name": "open_circuits", "subject": "a\x00", "value": 1}],
            [{"name": "open_circuits", "subject": "a" * 65, "value": 1}],
            [{"name": "open_circuits", "value": 1}] * 201,
        ],
    )
    async def test_of_what_is_no_figure_is_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, figures: list[dict[str, Any]]
    ) -> None:
        body = QUIET | {"instance": "a", "figures": figures}
        answer = await client.put("/internal/senders", json=body, headers=headers_for("service"))
        assert answer.status_code == 422

    async def test_of_an_older_sender_and_of_figures_that_nobody_knows_is_taken(
        self, database: Database, client: httpx.AsyncClient, headers_for: HeadersFor, report: Report
    ) -> None:
        answer = await client.put("/internal/senders", json=QUIET | {"instance": "a"}, headers=headers_for("service"))
        assert answer.status_code == 204
        await report("b", ("of_tomorrow", "", 1.0), (MONTH, "", 7.0))
        assert await value_of(database, MONTH) == 7.0

    def test_names_figures_as_rules_do(self) -> None:
        assert all(map(is_known, (OPEN_CIRCUITS, *BUDGET_USED.values())))


class TestRules:
    @pytest.mark.parametrize(
        ("figure", "by"), [(OPEN_CIRCUITS, "model"), (MONTH, "provider"), (BUDGET_USED["day"], "model")]
    )
    async def test_by_what_the_figure_is_not_known_are_refused(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, figure: str, by: str
    ) -> None:
        body = {"name": "n", "figure": figure, "threshold": 0, "by": by, "subject": "x"}
        answer = await client.post("/analytics/alerts/rules", json=body, headers=headers_for("admin"))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "by")

    async def test_the_cuts_of_each_figure_are_listed(self, client: httpx.AsyncClient, headers_for: HeadersFor) -> None:
        listed = (await client.get("/analytics/alerts/figures", headers=headers_for("manager"))).json()
        assert listed["cuts_by_figure"].keys() == set(listed["figures"])
        assert [listed["cuts_by_figure"][figure] for figure in (OPEN_CIRCUITS, MONTH, "error_rate")] == [
            ["all", "provider"],
            ["all"],
            ["all", "model", "provider"],
        ]

    async def test_of_the_beginning_fire_and_end_with_what_is_reported(
        self, database: Database, report: Report
    ) -> None:
        now = utc_now()
        evaluation = Evaluation(database, now=lambda: now)
        assert await evaluation.look() == []
        await report("a", (OPEN_CIRCUITS, "away", 1.0), (MONTH, "", 80.5))
        now = utc_now() + timedelta(seconds=15)
        told = {(change.rule_name, change.state, change.value) for change in await evaluation.look()}
        assert told == {("Provider left alone", "firing", 1.0), ("Budget of the month", "firing", 80.5)}
        ended = []
        for _ in range(20):
            now += timedelta(seconds=15)
            ended += [(change.rule_name, change.state) for change in await evaluation.look()]
        assert sorted(ended) == [("Budget of the month", "resolved"), ("Provider left alone", "resolved")]

    async def test_of_one_provider_do_not_fire_for_another(self, database: Database, report: Report) -> None:
        def prepare(session: Any) -> None:
            session.execute(delete(alert_rules))
            for name in ("near", "away"):
                rule = RuleCreate(name=name, figure=OPEN_CIRCUITS, threshold=0, by="provider", subject=name)
                AlertService(session, utc_now()).create(rule)

        await database.write(prepare)
        await report("a", (OPEN_CIRCUITS, "near", 0.0), (OPEN_CIRCUITS, "away", 1.0))
        assert [change.rule_name for change in await Evaluation(database, now=utc_now).look()] == ["away"]


class TestMigration:
    def names(self, url: str) -> list[str]:
        engine = create_database_engine(url)
        with engine.connect() as connection:
            names = list(connection.scalars(select(alert_rules.c.name).order_by(alert_rules.c.id)))
        engine.dispose()
        return names

    def test_adds_the_rules_once_to_what_is_there(self, tmp_path: Path) -> None:
        url = new_database_url(tmp_path / "analytics.db")
        config = Config(SERVICE_FOLDER / "alembic.ini")
        config.attributes["database_url"] = url
        command.upgrade(config, "0007")
        engine = create_database_engine(url)
        with engine.begin() as connection:
            connection.execute(delete(alert_rules).where(alert_rules.c.name == "Requests fail"))
        upgrade_to_head(SERVICE_FOLDER, url)
        kept = ["Answers fail", "Answers begin late", "No events", "Spent today"]
        assert self.names(url) == [*kept, "Provider left alone", "Budget of the month"]
        with engine.begin() as connection:
            connection.execute(delete(alert_rules).where(alert_rules.c.name == "Provider left alone"))
        engine.dispose()
        upgrade_to_head(SERVICE_FOLDER, url)
        assert self.names(url) == [*kept, "Budget of the month"]
