"""`/analytics/alerts`: who may read and change rules, what a rule must be, and what is shown of alerts."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from analytics.alerts.evaluation import Evaluation
from fastapi import FastAPI
from service_kit.clock import utc_now

HeadersFor = Callable[[str], dict[str, str]]
ALERTS, RULES = "/analytics/alerts", "/analytics/alerts/rules"
SILENCE = {"name": "Silence", "figure": "requests", "comparison": "below", "threshold": 1}


@pytest.fixture
def as_admin(headers_for: HeadersFor) -> dict[str, str]:
    return headers_for("admin")


async def made(client: httpx.AsyncClient, headers: dict[str, str], **fields: Any) -> dict[str, Any]:
    answer = await client.post(RULES, json=SILENCE | fields, headers=headers)
    assert answer.status_code == 200, answer.text
    rule: dict[str, Any] = answer.json()
    return rule


class TestWhoMay:
    @pytest.mark.parametrize("path", [ALERTS, RULES, f"{ALERTS}/history", f"{ALERTS}/figures"])
    @pytest.mark.parametrize(
        ("caller", "status"), [("manager", 200), ("user", 403), ("anonymous", 401), ("service", 401)]
    )
    async def test_read(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, path: str, caller: str, status: int
    ) -> None:
        assert (await client.get(path, headers=headers_for(caller))).status_code == status

    @pytest.mark.parametrize(("caller", "status"), [("manager", 403), ("user", 403), ("anonymous", 401)])
    async def test_change(
        self, client: httpx.AsyncClient, headers_for: HeadersFor, as_admin: dict[str, str], caller: str, status: int
    ) -> None:
        rule, headers = await made(client, as_admin), headers_for(caller)
        path = f"{RULES}/{rule['id']}"
        answers = [
            await client.post(RULES, json=SILENCE, headers=headers),
            await client.patch(path, json={"name": "Mine"}, headers=headers),
            await client.delete(path, headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [status] * 3
        assert (await client.get(path, headers=as_admin)).json() == rule


class TestRules:
    async def test_some_are_there_from_the_beginning(self, client: httpx.AsyncClient, as_admin: dict[str, str]) -> None:
        rules = (await client.get(RULES, headers=as_admin)).json()
        assert {rule["figure"]: rule["is_enabled"] for rule in rules} == {
            "error_rate": True,
            "failed_share": True,
            "first_token_p95": True,
            "minutes_since_event": False,
            "spend_today_usd": False,
            "open_circuits": True,
            "budget_used_month_percent": True,
        }

    async def test_can_be_made_read_changed_and_deleted(
        self, client: httpx.AsyncClient, as_admin: dict[str, str]
    ) -> None:
        rule = await made(client, as_admin, by="provider", subject="local", for_minutes=10)
        path = f"{RULES}/{rule['id']}"
        assert (rule["by"], rule["subject"], rule["window_minutes"], rule["is_enabled"]) == (
            "provider",
            "local",
            5,
            True,
        )
        changed = await client.patch(path, json={"threshold": 2.5, "by": "all", "subject": ""}, headers=as_admin)
        assert changed.json() == (await client.get(path, headers=as_admin)).json()
        assert changed.json() == rule | {
            "threshold": 2.5,
            "by": "all",
            "subject": "",
            "updated_at": changed.json()["updated_at"],
        }
        assert (await client.delete(path, headers=as_admin)).json() == {"message": "Rule deleted"}
        for answer in (await client.get(path, headers=as_admin), await client.delete(path, headers=as_admin)):
            assert (answer.status_code, answer.json()["code"]) == (404, "alert_rule_not_found")

    @pytest.mark.parametrize(
        "fields",
        [
            {"figure": "figures"},
            {"figure": "active_people"},
            {"comparison": "equal"},
            {"threshold": "NaN"},
            {"threshold": 1e300},
            {"window_minutes": 0},
            {"window_minutes": 1_441},
            {"for_minutes": -1},
            {"name": "  "},
            {"name": "x" * 101},
            {"name": "a\x00b"},
            {"by": "person", "subject": "u1"},
            {"by": "model"},
            {"subject": "gpt-4"},
            {"id": "mine"},
        ],
    )
    async def test_what_is_none_is_refused(
        self, client: httpx.AsyncClient, as_admin: dict[str, str], fields: dict[str, Any]
    ) -> None:
        assert (await client.post(RULES, json=SILENCE | fields, headers=as_admin)).status_code == 422
        rule = await made(client, as_admin)
        if fields.keys() != {"subject"}:
            answer = await client.patch(f"{RULES}/{rule['id']}", json=fields, headers=as_admin)
            assert answer.status_code == 422

    async def test_what_a_change_leaves_out_has_no_default_in_the_document(self, app: FastAPI) -> None:
        schemas = app.openapi()["components"]["schemas"]
        update, create = schemas["RuleUpdate"], schemas["RuleCreate"]
        assert update["properties"].keys() == create["properties"].keys()
        assert "required" not in update
        assert not any("default" in field for field in update["properties"].values())
        assert create["properties"]["window_minutes"]["default"] == 5

    async def test_there_are_no_more_than_a_hundred(self, client: httpx.AsyncClient, as_admin: dict[str, str]) -> None:
        for number in range(93):
            await made(client, as_admin, name=f"Rule {number}")
        answer = await client.post(RULES, json=SILENCE, headers=as_admin)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_alert_rules")

    async def test_one_key_makes_one(self, client: httpx.AsyncClient, as_admin: dict[str, str]) -> None:
        headers = as_admin | {"Idempotency-Key": "k1"}
        first, again = [(await client.post(RULES, json=SILENCE, headers=headers)).json() for _ in range(2)]
        assert first == again
        other = await client.post(RULES, json=SILENCE | {"name": "Another"}, headers=headers)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


class TestAlerts:
    async def test_are_shown_with_their_rule_and_kept_in_the_history(
        self, app: FastAPI, client: httpx.AsyncClient, as_admin: dict[str, str]
    ) -> None:
        rule = await made(client, as_admin)
        waiting = await made(client, as_admin, name="Waits", for_minutes=5)
        await Evaluation(app.state.database, now=utc_now).look()
        firing, pending = (await client.get(ALERTS, headers=as_admin)).json()
        assert (firing["rule"], firing["state"], firing["value"]) == (rule, "firing", 0.0)
        assert (pending["rule"], pending["state"]) == (waiting, "pending")
        await client.delete(f"{RULES}/{rule['id']}", headers=as_admin)
        assert [alert["rule"]["name"] for alert in (await client.get(ALERTS, headers=as_admin)).json()] == ["Waits"]
        [entry] = (await client.get(f"{ALERTS}/history", headers=as_admin)).json()
        assert (entry["rule_name"], entry["state"], entry["rule_id"]) == ("Silence", "firing", rule["id"])
        assert entry["figure"] == rule["figure"]

    async def test_the_history_comes_in_pages(
        self, app: FastAPI, client: httpx.AsyncClient, as_admin: dict[str, str]
    ) -> None:
        for name in ("a", "b", "c"):
            await made(client, as_admin, name=name)
        await Evaluation(app.state.database, now=utc_now).look()
        first = await client.get(f"{ALERTS}/history?limit=2", headers=as_admin)
        rest = await client.get(first.links["next"]["url"], headers=as_admin)
        assert len(first.json()) == 2
        assert {entry["rule_name"] for entry in first.json() + rest.json()} == {"a", "b", "c"}
        assert "next" not in rest.links
