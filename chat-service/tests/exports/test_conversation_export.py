"""`GET /conversations/{id}/export`: one conversation as JSON, Markdown or a page that stands alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from chat_server.dependencies import Parts
from chat_server.exports import service as export_service
from chat_server.exports.documents import STYLE_HASH
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from service_kit.errors import DatabaseUnavailable

Json = dict[str, Any]
Work = Callable[[Any], Any]
HOSTILE = (
    "</p></article><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"
    "\n```html\n</code></pre><script src=//evil.example></script>\n```\n<meta http-equiv=refresh content=0;url=//evil>"
)


async def ask(ann: httpx.AsyncClient, conversation_id: str, content: str) -> Json:
    response = await ann.post(f"/conversations/{conversation_id}/messages", json={"content": content})
    assert response.status_code == 200, response.text
    question: Json = response.json()
    return question


async def export(ann: httpx.AsyncClient, conversation_id: str, form: str) -> httpx.Response:
    response = await ann.get(f"/conversations/{conversation_id}/export", params={"format": form})
    assert response.status_code == 200, response.text
    return response


class TestExport:
    async def test_as_json_has_all_branches_and_the_end_of_the_shown_one(
        self, ann: httpx.AsyncClient, conversation_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export_service, "MESSAGES_AT_ONCE", 2)
        question = await ask(ann, conversation_id, "One")
        url = f"/conversations/{conversation_id}/messages/{question['id']}"
        again = (await ann.post(f"{url}/regenerate", json={})).json()
        await ann.put(f"/conversations/{conversation_id}/branch", json={"message_id": question["reply"]["id"]})
        response = await ann.get(f"/conversations/{conversation_id}/export")
        assert response.headers["Content-Type"] == "application/json"
        document = response.json()
        assert list(document) == ["exported_at", "conversations", "is_complete"]
        (conversation,) = document["conversations"]
        messages = conversation.pop("messages")
        assert conversation.pop("leaf_id") == question["reply"]["id"]
        assert conversation == (await ann.get(f"/conversations/{conversation_id}")).json()
        assert [one["id"] for one in messages] == [question["id"], question["reply"]["id"], again["id"]]
        assert document["is_complete"] is True

    async def test_as_json_is_a_document_as_of_all_conversations(
        self, ann: httpx.AsyncClient, conversation_id: str
    ) -> None:
        await ask(ann, conversation_id, "One")
        alone, everything = (await export(ann, conversation_id, "json")).json(), (await ann.get("/export")).json()
        assert alone | {"exported_at": "", "personas": []} == everything | {"exported_at": ""}

    async def test_as_markdown_is_the_shown_branch(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(export_service, "MESSAGES_AT_ONCE", 3)
        await ann.patch(f"/conversations/{conversation_id}", json={"title": "# A *title*\n\n<b>"})
        model.reply("```python\nprint(1)")
        question = await ask(ann, conversation_id, "One")
        model.reply("Two")
        await ann.post(f"/conversations/{conversation_id}/messages/{question['id']}/regenerate", json={})
        await ask(ann, conversation_id, "Three")
        response = await export(ann, conversation_id, "markdown")
        text = response.text
        assert response.headers["Content-Type"].startswith("text/markdown")
        assert text.startswith("# \\# A \\*title\\* \\<b\\>\n\n_Exported from ConvoAI on ")
        assert "print(1)" not in text
        headings = [line for line in text.splitlines() if line.startswith("## ")]
        assert headings == ["## You", "## Assistant (gpt-4)"] * 2
        assert text.index("One") < text.index("Two") < text.index("Three")
        await ann.put(f"/conversations/{conversation_id}/branch", json={"message_id": question["reply"]["id"]})
        assert "```python\nprint(1)\n```\n" in (await export(ann, conversation_id, "markdown")).text

    async def test_as_html_runs_nothing_and_fetches_nothing(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel
    ) -> None:
        await ann.patch(f"/conversations/{conversation_id}", json={"title": f"</title>{HOSTILE[:100]}"})
        model.reply(HOSTILE)
        await ask(ann, conversation_id, HOSTILE)
        response = await export(ann, conversation_id, "html")
        text = response.text
        assert response.headers["Content-Type"].startswith("text/html")
        for tag in ("<script", "<img", "<link", "<iframe", "<meta http-equiv=refresh", "</title><"):
            assert tag not in text
        policy = f"default-src &#x27;none&#x27;; style-src &#x27;sha256-{STYLE_HASH}&#x27;"
        assert f'<meta http-equiv="Content-Security-Policy" content="{policy}' in text
        assert '<meta name="robots" content="noindex, nofollow">' in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert '<pre dir="ltr"><code>&lt;/code&gt;&lt;/pre&gt;&lt;script' in text
        assert text.count("<article") == text.count("</article>") == 2

    @pytest.mark.parametrize("form", ["json", "markdown", "html"])
    async def test_of_a_conversation_without_messages_is_whole(
        self, ann: httpx.AsyncClient, conversation_id: str, form: str
    ) -> None:
        text = (await export(ann, conversation_id, form)).text
        assert "New conversation" in text
        assert "broke off" not in text

    @pytest.mark.parametrize(
        ("title", "form", "name", "plain"),
        [
            ("Plans", "markdown", "Plans.md", "Plans.md"),
            ('a"; filename=evil.exe\r\nX: y', "html", "a-filename-evil.exe-X-y.html", "a-filename-evil.exe-X-y.html"),
            ("../../etc/passwd", "json", "etc-passwd.json", "etc-passwd.json"),
            ("Über Zürich 🙂", "json", "Über-Zürich.json", "ber-Z-rich.json"),
            ("面包", "json", "面包.json", "conversation.json"),
            ("🙂", "json", "conversation.json", "conversation.json"),
        ],
    )
    async def test_names_the_file_after_the_conversation(
        self, ann: httpx.AsyncClient, conversation_id: str, title: str, form: str, name: str, plain: str
    ) -> None:
        await ann.patch(f"/conversations/{conversation_id}", json={"title": title})
        header = (await export(ann, conversation_id, form)).headers["Content-Disposition"]
        before, _, encoded = header.partition("; filename*=UTF-8''")
        assert before == f'attachment; filename="{plain}"'
        assert unquote(encoded) == name

    @pytest.mark.parametrize("form", ["json", "markdown", "html"])
    async def test_says_so_when_the_storage_fails_midway(
        self,
        ann: httpx.AsyncClient,
        conversation_id: str,
        form: str,
        monkeypatch: pytest.MonkeyPatch,
        parts: Parts,
    ) -> None:
        await ask(ann, conversation_id, "One")
        await ask(ann, conversation_id, "Two")
        monkeypatch.setattr(export_service, "MESSAGES_AT_ONCE", 2)
        read, reads = parts.database.read, 0

        async def fail(work: Work) -> Any:
            nonlocal reads
            reads += 1
            if reads > (2 if form == "json" else 3):
                raise DatabaseUnavailable()
            return await read(work)

        monkeypatch.setattr(parts.database, "read", fail)
        response = await export(ann, conversation_id, form)
        if form == "json":
            document = response.json()
            assert (document["is_complete"], len(document["conversations"][0]["messages"])) == (False, 2)
        else:
            assert "One" in response.text
            assert "Two" not in response.text
            assert "The export broke off before its end." in response.text

    async def test_is_for_the_owner_alone(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, anonymous: httpx.AsyncClient, conversation_id: str
    ) -> None:
        url = f"/conversations/{conversation_id}/export"
        foreign = await bob.get(url, headers=SAME_REQUEST)
        absent = await bob.get(f"/conversations/{ABSENT_ID}/export", headers=SAME_REQUEST)
        assert exactly(foreign) == exactly(absent)
        assert code_of(foreign) == (404, "conversation_not_found")
        assert code_of(await anonymous.get(url)) == (401, "invalid_credentials")

    async def test_refuses_a_form_that_there_is_not(self, ann: httpx.AsyncClient, conversation_id: str) -> None:
        response = await ann.get(f"/conversations/{conversation_id}/export", params={"format": "pdf"})
        assert (response.status_code, fields_of(response)) == (422, ["query.format"])
