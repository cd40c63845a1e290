"""Sharing by link: the owner's part, and what everybody sees who has the link."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.db.models import Share
from chat_server.sharing import service as sharing_service
from chat_testing.model import FakeModel
from chat_testing.owners import FakeOwners
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from service_kit.database import Database
from sqlalchemy import func, select

Json = dict[str, Any]


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}/share"


@pytest.fixture
async def question(ann: httpx.AsyncClient, conversation_id: str) -> Json:
    """A message of Ann's with its answer."""
    return await ask(ann, conversation_id, "Where is Rome?")


async def ask(client: httpx.AsyncClient, conversation_id: str, content: str) -> Json:
    response = await client.post(f"/conversations/{conversation_id}/messages", json={"content": content})
    assert response.status_code == 200, response.text
    question: Json = response.json()
    return question


async def share(client: httpx.AsyncClient, url: str, **body: Any) -> Json:
    response = await client.put(url, json=body)
    assert response.status_code == 200, response.text
    shared: Json = response.json()
    return shared


async def count_of_shares(database: Database) -> int:
    query = select(func.count()).select_from(Share)
    return await database.read(lambda session: session.execute(query).scalar_one())


@pytest.mark.usefixtures("question")
class TestShare:
    async def test_gives_a_link_that_everybody_can_read(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, conversation_id: str
    ) -> None:
        shared = await share(ann, url)
        assert len(shared["token"]) == 43
        assert (shared["conversation_id"], shared["title"]) == (conversation_id, "Where is Rome?")
        assert (shared["message_count"], shared["author_name"]) == (2, None)
        assert (await ann.get(url)).json() == shared
        response = await anonymous.get(f"/shared/{shared['token']}")
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert response.headers["Cache-Control"] == "no-store"
        seen = response.json()
        assert seen["shared_at"] == shared["updated_at"]
        assert [(one["role"], one["content"], one["model"]) for one in seen["messages"]] == [
            ("user", "Where is Rome?", None),
            ("assistant", "Hello there.", "gpt-4"),
        ]

    async def test_shows_nothing_of_the_person_but_the_name_that_they_chose(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, conversation_id: str
    ) -> None:
        await ann.patch(f"/conversations/{conversation_id}", json={"system_prompt": "secret", "folder": "secret"})
        shared = await share(ann, url)
        nameless = await anonymous.get(f"/shared/{shared['token']}")
        assert set(nameless.json()) == {"title", "author_name", "shared_at", "messages"}
        assert set(nameless.json()["messages"][0]) == {"role", "content", "model", "timestamp"}
        for word in ("ann", "secret", conversation_id):
            assert word not in nameless.text
        again = await share(ann, url, author_name="  A. N. Author ")
        assert again["token"] == shared["token"]
        assert (await anonymous.get(f"/shared/{shared['token']}")).json()["author_name"] == "A. N. Author"
        await share(ann, url)
        assert (await anonymous.get(f"/shared/{shared['token']}")).json()["author_name"] is None

    async def test_is_a_snapshot_until_it_is_taken_anew(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, conversation_id: str
    ) -> None:
        shared = await share(ann, url)
        address = f"/shared/{shared['token']}"
        before = (await anonymous.get(address)).content
        await ask(ann, conversation_id, "And Paris?")
        await ann.patch(f"/conversations/{conversation_id}", json={"title": "Cities"})
        assert (await anonymous.get(address)).content == before
        updated = await share(ann, url)
        assert (updated["token"], updated["created_at"]) == (shared["token"], shared["created_at"])
        assert updated["updated_at"] > shared["updated_at"]
        seen = (await anonymous.get(address)).json()
        assert (seen["title"], len(seen["messages"])) == ("Cities", 4)

    async def test_is_of_the_branch_that_is_shown(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, question: Json, model: FakeModel
    ) -> None:
        model.reply("In Italy.")
        await ann.post(url.replace("/share", f"/messages/{question['id']}/regenerate"), json={})
        shared = await share(ann, url)
        seen = (await anonymous.get(f"/shared/{shared['token']}")).json()
        assert [one["content"] for one in seen["messages"]] == ["Where is Rome?", "In Italy."]

    async def test_two_at_once_give_one_link(self, ann: httpx.AsyncClient, url: str, parts: Any) -> None:
        shares = await asyncio.gather(*(share(ann, url) for _ in range(5)))
        assert len({shared["token"] for shared in shares}) == 1
        assert await count_of_shares(parts.database) == 1

    async def test_waits_for_the_end_of_an_answer(
        self, ann: httpx.AsyncClient, url: str, conversation_id: str, model: FakeModel
    ) -> None:
        model.hold()
        asking = asyncio.create_task(ask(ann, conversation_id, "And Paris?"))
        scripted = await model.answer(2)
        assert code_of(await ann.put(url, json={})) == (409, "busy")
        scripted.say("Yes.")
        scripted.end()
        await asking
        assert (await share(ann, url))["message_count"] == 4

    async def test_refuses_what_is_too_long(
        self, ann: httpx.AsyncClient, url: str, monkeypatch: pytest.MonkeyPatch, parts: Any
    ) -> None:
        for name in ("MOST_MESSAGES", "LARGEST_SNAPSHOT"):
            with monkeypatch.context() as patch:
                patch.setattr(sharing_service, name, 1)
                assert code_of(await ann.put(url, json={})) == (413, "share_too_large")
        assert await count_of_shares(parts.database) == 0

    async def test_refuses_a_name_that_is_none(self, ann: httpx.AsyncClient, url: str) -> None:
        for name in ("", " ", "x" * 101, "\x00", 7):
            response = await ann.put(url, json={"author_name": name})
            assert (response.status_code, fields_of(response)) == (422, ["body.author_name"])

    async def test_is_for_the_owner_alone(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str
    ) -> None:
        await share(ann, url)
        for method in ("PUT", "GET", "DELETE"):
            foreign = await bob.request(method, url, headers=SAME_REQUEST, json={})
            absent_url = f"/conversations/{ABSENT_ID}/share"
            assert exactly(foreign) == exactly(await bob.request(method, absent_url, headers=SAME_REQUEST, json={}))
            assert code_of(foreign) == (404, "conversation_not_found")
            assert code_of(await anonymous.request(method, url, json={})) == (401, "invalid_credentials")
        assert (await bob.get("/shares")).json() == []


class TestEmpty:
    async def test_conversation_is_not_shared(self, ann: httpx.AsyncClient, url: str) -> None:
        assert code_of(await ann.put(url, json={})) == (409, "nothing_to_share")
        assert code_of(await ann.get(url)) == (404, "share_not_found")
        assert code_of(await ann.delete(url)) == (404, "share_not_found")

    async def test_answers_are_left_out(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, conversation_id: str, model: FakeModel
    ) -> None:
        model.enter_error = RuntimeError("broken")
        await ann.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"})
        shared = await share(ann, url)
        seen = (await anonymous.get(f"/shared/{shared['token']}")).json()
        assert [one["content"] for one in seen["messages"]] == ["Hi"]


@pytest.mark.usefixtures("question")
class TestNothingToSee:
    async def test_looks_the_same_for_whatever_reason(
        self,
        ann: httpx.AsyncClient,
        anonymous: httpx.AsyncClient,
        url: str,
        conversation_id: str,
        owners: FakeOwners,
    ) -> None:
        async def seen(token: str) -> Any:
            return exactly(await anonymous.get(f"/shared/{token}", headers=SAME_REQUEST))

        never = await seen("x" * 43)
        assert code_of(await anonymous.get("/shared/x")) == (404, "shared_not_found")
        assert await seen("short") == never
        assert await seen("x" * 200) == never
        assert await seen("%00" * 43) == never
        token = (await share(ann, url))["token"]
        assert await seen(token.swapcase()) == never
        owners.closed.add("ann")
        assert await seen(token) == never
        owners.closed.clear()
        assert (await anonymous.get(f"/shared/{token}")).status_code == 200
        await ann.delete(url)
        assert await seen(token) == never
        second = (await share(ann, url))["token"]
        assert second != token
        assert await seen(token) == never
        await ann.delete(f"/conversations/{conversation_id}")
        assert await seen(second) == never
        assert (await ann.get("/shares")).json() == []

    async def test_while_nobody_can_say_whether_the_account_is_open(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, owners: FakeOwners
    ) -> None:
        token = (await share(ann, url))["token"]
        owners.is_away = True
        response = await anonymous.get(f"/shared/{token}")
        assert response.status_code == 503
        assert "Rome" not in response.text

    async def test_of_a_person_who_was_erased(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, url: str, parts: Any
    ) -> None:
        from chat_server.erasures.service import PersonErasure
        from service_kit.clock import new_id
        from service_kit.erasures import ErasureOrder

        token = (await share(ann, url))["token"]
        order = ErasureOrder(erasure_id=new_id(), user_id="ann")
        await PersonErasure(parts.database, parts.generation, parts.search_tidier).erase(order)
        assert code_of(await anonymous.get(f"/shared/{token}")) == (404, "shared_not_found")
        assert await count_of_shares(parts.database) == 0


class TestListShares:
    async def test_has_all_of_the_caller_page_by_page(self, ann: httpx.AsyncClient) -> None:
        tokens = []
        for number in range(5):
            conversation_id = (await ann.post("/conversations/", json={"title": str(number)})).json()["id"]
            await ask(ann, conversation_id, "Hi")
            tokens.append((await share(ann, f"/conversations/{conversation_id}/share"))["token"])
        found: list[str] = []
        address: str | None = "/shares?limit=2"
        while address is not None:
            response = await ann.get(address)
            found += [one["token"] for one in response.json()]
            address = response.links.get("next", {}).get("url")
        assert found == tokens[::-1]

    async def test_needs_a_sign_in_and_a_cursor_of_its_own(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient
    ) -> None:
        assert code_of(await anonymous.get("/shares")) == (401, "invalid_credentials")
        assert (await ann.get("/shares", params={"cursor": "WyJ4IiwieSJd"})).status_code == 422


@pytest.mark.usefixtures("question")
class TestSwitchedOff:
    async def test_shares_nothing_and_shows_nothing(
        self,
        ann: httpx.AsyncClient,
        anonymous: httpx.AsyncClient,
        url: str,
        parts: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        token = (await share(ann, url))["token"]
        never = exactly(await anonymous.get(f"/shared/{'x' * 43}", headers=SAME_REQUEST))
        object.__setattr__(parts, "settings", parts.settings.model_copy(update={"sharing": False}))
        assert code_of(await ann.put(url, json={})) == (403, "sharing_off")
        assert exactly(await anonymous.get(f"/shared/{token}", headers=SAME_REQUEST)) == never
        assert [one["token"] for one in (await ann.get("/shares")).json()] == [token]
        assert (await ann.delete(url)).status_code == 200


class TestThrottle:
    @pytest.fixture
    def setting_changes(self) -> dict[str, Any]:
        return {"shared_reads_per_minute": 3}

    async def test_counts_by_address_whatever_is_asked_for(self, anonymous: httpx.AsyncClient) -> None:
        for number in range(3):
            assert (await anonymous.get(f"/shared/{number}")).status_code == 404
        response = await anonymous.get("/shared/x")
        assert code_of(response) == (429, "rate_limited")
        assert "Retry-After" in response.headers
