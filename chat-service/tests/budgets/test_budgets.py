"""Setting budgets, and reading what was spent."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from chat_server.budgets.periods import begin_of, end_of
from chat_testing.callers import ClientFor
from chat_testing.money import Books, SetBudget
from chat_testing.problems import ABSENT_ID, code_of

PLATFORM = {"scope": "platform", "period": "day", "limit_usd": 5}


class TestWhoMay:
    async def test_read_them(self, client_for: ClientFor, anonymous: httpx.AsyncClient) -> None:
        assert [(await client_for(name).get("/budgets")).status_code for name in ("admin", "manager")] == [200, 200]
        assert code_of(await client_for("ann").get("/budgets")) == (403, "role_required")
        assert (await anonymous.get("/budgets")).status_code == 401

    @pytest.mark.parametrize("name", ["ann", "manager", None])
    async def test_set_them(self, client_for: ClientFor, set_budget: SetBudget, name: str | None) -> None:
        budget = await set_budget(1)
        client = client_for(name)
        answers = [
            await client.post("/budgets", json=PLATFORM | {"period": "month"}),
            await client.patch(f"/budgets/{budget['id']}", json={"limit_usd": 2}),
            await client.delete(f"/budgets/{budget['id']}"),
        ]
        assert {answer.status_code for answer in answers} == {401 if name is None else 403}
        assert (await client_for("admin").get("/budgets")).json() == [budget]


class TestSet:
    async def test_changes_and_removes_it(self, admin: httpx.AsyncClient, set_budget: SetBudget) -> None:
        budget = await set_budget(1.5, "role", "user", "month")
        assert (budget["limit_usd"], budget["spent_usd"], budget["reserved_usd"]) == (1.5, 0.0, 0.0)
        changed = (await admin.patch(f"/budgets/{budget['id']}", json={"limit_usd": 2})).json()
        assert changed == budget | {"limit_usd": 2.0}
        assert (await admin.get("/budgets")).json() == [changed]
        assert (await admin.delete(f"/budgets/{budget['id']}")).status_code == 200
        assert (await admin.get("/budgets")).json() == []

    async def test_twice_for_the_same_is_refused(self, admin: httpx.AsyncClient, set_budget: SetBudget) -> None:
        budget = await set_budget(1)
        assert code_of(await admin.post("/budgets", json=PLATFORM)) == (409, "budget_exists")
        assert (await admin.get("/budgets")).json() == [budget]

    async def test_with_one_key_is_done_once(self, admin: httpx.AsyncClient) -> None:
        key = {"Idempotency-Key": "k"}
        answers = [await admin.post("/budgets", json=PLATFORM, headers=key) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert (await admin.post("/budgets", json=PLATFORM | {"limit_usd": 6}, headers=key)).status_code == 422

    @pytest.mark.parametrize("method", ["PATCH", "DELETE"])
    async def test_what_is_not_there_is_not_found(self, admin: httpx.AsyncClient, method: str) -> None:
        body = {"limit_usd": 1} if method == "PATCH" else None
        response = await admin.request(method, f"/budgets/{ABSENT_ID}", json=body)
        assert code_of(response) == (404, "budget_not_found")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"scope": "role"},
            {"scope": "role", "subject": "boss"},
            {"scope": "person"},
            {"subject": "ann"},
            {"scope": "team"},
            {"period": "year"},
            {"limit_usd": -1},
            {"limit_usd": 1e12},
            {"spent_usd": 0},
        ],
    )
    async def test_of_the_wrong_shape_is_refused(self, admin: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
        assert (await admin.post("/budgets", json=PLATFORM | wrong)).status_code == 422
        assert (await admin.get("/budgets")).json() == []


class TestOwnSpending:
    async def test_is_what_the_caller_spent_and_may_spend(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, conversation_id: str, books: Books, set_budget: SetBudget
    ) -> None:
        await set_budget(100, "platform")
        await set_budget(1, "person", "*")
        await set_budget(2, "person", "bob")
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        mine = (await ann.get("/spending/me")).json()
        assert (mine["today_usd"], mine["month_usd"]) == (0.00021, 0.00021)
        shown = {budget["scope"]: (budget["limit_usd"], budget["spent_usd"]) for budget in mine["budgets"]}
        assert shown == {"platform": (None, None), "person": (1.0, 0.00021)}
        theirs = (await bob.get("/spending/me")).json()
        assert theirs["today_usd"] == 0.0
        assert [budget["limit_usd"] for budget in theirs["budgets"] if budget["scope"] == "person"] == [2.0]
        assert (await books.reserved()) == []

    async def test_is_nothing_for_nobody(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/spending/me")).status_code == 401


class TestPeriods:
    @pytest.mark.parametrize(
        ("day", "month_begins", "month_ends"),
        [
            (date(2026, 11, 27), date(2026, 11, 1), datetime(2026, 12, 1, tzinfo=UTC)),
            (date(2026, 12, 31), date(2026, 12, 1), datetime(2027, 1, 1, tzinfo=UTC)),
            (date(2028, 2, 1), date(2028, 2, 1), datetime(2028, 3, 1, tzinfo=UTC)),
        ],
    )
    def test_are_those_of_the_calendar(self, day: date, month_begins: date, month_ends: datetime) -> None:
        assert (begin_of("month", day), end_of("month", day)) == (month_begins, month_ends)
        assert begin_of("day", day) == day
        assert (end_of("day", day).date() - day).days == 1
