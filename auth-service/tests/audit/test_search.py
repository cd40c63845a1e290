"""`GET /audit/` and its export: for admins alone, narrowed, by pages, as files."""

import csv
import io
import json
from collections.abc import Awaitable, Callable

import httpx
import pytest
from auth_server.audit.schemas import Actor, Target
from auth_server.audit.service import AuditTrail
from auth_server.dependencies import Parts
from sqlalchemy.orm import Session

Headers = dict[str, str]
MakeUser = Callable[..., Awaitable[Headers]]


async def add(parts: Parts, count: int, *, action: str = "thing.done", name: str = "eve", target: str = "t") -> None:
    def work(session: Session) -> None:
        trail = AuditTrail(session, parts.audit_signer)
        for number in range(count):
            trail.record(
                Actor(f"id-{name}", name, "192.0.2.9", "r"), action, target=Target("thing", target, f"{number}")
            )

    await parts.database.write(work)


class TestWho:
    @pytest.mark.parametrize("path", ["/audit/", "/audit/export"])
    async def test_is_an_admin_alone(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, manager: Headers, path: str
    ) -> None:
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=ada)).status_code == 403
        assert (await client.get(path, headers=manager)).status_code == 403
        assert (await client.get(path, headers=admin)).status_code == 200


class TestPages:
    async def test_follow_each_other_without_gap_or_repetition(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        await add(parts, 25)
        numbers: list[int] = []
        path: str | None = "/audit/?limit=10&action=thing."
        while path is not None:
            answer = await client.get(path, headers=admin)
            numbers += [entry["sequence"] for entry in answer.json()]
            path = answer.links.get("next", {}).get("url")
            await add(parts, 1)  # what comes meanwhile is in front of all that is still to be read
        assert len(numbers) == 25
        assert numbers == list(range(numbers[0], numbers[0] - 25, -1))

    @pytest.mark.parametrize("cursor", ["nonsense", "WyJhIl0"])
    async def test_refuse_a_foreign_cursor(self, client: httpx.AsyncClient, admin: Headers, cursor: str) -> None:
        assert (await client.get("/audit/", params={"cursor": cursor}, headers=admin)).status_code == 422


class TestFilter:
    @pytest.mark.parametrize(
        ("which", "count"),
        [
            ({"q": "MALLORY"}, 2),
            ({"q": "192.0.2.9"}, 5),
            ({"q": "%"}, 0),
            ({"action": "thing."}, 3),
            ({"action": "thing.done", "q": "eve"}, 3),
            ({"actor_id": "id-mallory"}, 2),
            ({"target_id": "u"}, 2),
            ({"since": "2020-01-01T00:00:00Z", "q": "eve"}, 3),
            ({"until": "2020-01-01T00:00:00Z"}, 0),
        ],
    )
    async def test_narrows(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts, which: dict[str, str], count: int
    ) -> None:
        await add(parts, 3)
        await add(parts, 2, action="other.done", name="mallory", target="u")
        assert len((await client.get("/audit/", params=which, headers=admin)).json()) == count

    async def test_wants_times_with_their_offset(self, client: httpx.AsyncClient, admin: Headers) -> None:
        answer = await client.get("/audit/", params={"since": "2020-01-01T00:00:00"}, headers=admin)
        assert answer.status_code == 422


class TestExport:
    async def test_is_a_table_whose_cells_start_no_formula(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        for name in ("=1+1", "+1", "-1", "@sum", "\t=1", 'quo"te, comma'):
            await add(parts, 1, name=name)
        answer = await client.get("/audit/export", params={"action": "thing."}, headers=admin)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        names = [row["actor_name"] for row in reversed(rows)]
        assert names == ["'=1+1", "'+1", "'-1", "'@sum", "'\t=1", 'quo"te, comma']

    async def test_holds_more_than_is_read_at_once(
        self, client: httpx.AsyncClient, admin: Headers, parts: Parts
    ) -> None:
        await add(parts, 1_100)
        query = {"action": "thing.", "format": "jsonl"}
        answer = await client.get("/audit/export", params=query, headers=admin)
        numbers = [json.loads(line)["sequence"] for line in answer.text.splitlines()]
        assert len(numbers) == len(set(numbers)) == 1_100
        assert numbers == sorted(numbers, reverse=True)

    async def test_knows_no_other_form(self, client: httpx.AsyncClient, admin: Headers) -> None:
        assert (await client.get("/audit/export", params={"format": "xls"}, headers=admin)).status_code == 422
