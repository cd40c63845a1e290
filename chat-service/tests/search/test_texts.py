"""What can be searched for: nothing that is typed is syntax, and what is found of which script."""

import httpx
import pytest

HOSTILE = [
    '"', "'", '""', "*", "a*", "^tea", "-tea", "tea -pot", "NEAR(a b)", "NEAR", "a NEAR/2 b", "AND", "OR", "NOT",
    "tea AND", "NOT tea", "content:tea", "owner : x", "{owner content}: tea", "(", ")", "((", "tea)", "+", "a + b",
    "\x00", "te\x00a", "%", "_", "\\", "';--", "tea';DROP TABLE messages;--", ":*", "'tea':*", "a & b", "!tea", "<->",
    "\u200d", "\ufe0f", "\ufffd", "\u202etea", "́", "x" * 1_000, "x " * 500, "茶" * 1_000, "🍵" * 1_000, "\"" * 1_000,
    "٣", "ⅷ", "ª", "ǃ", "\u037e", "ꭰ", "\U0001e900", "\U0010ffff", "💥\u200d", "\n\t", " ",
]  # fmt: skip


async def say(person: httpx.AsyncClient, *contents: str) -> None:
    conversation_id = (await person.post("/conversations/", json={})).json()["id"]
    for content in contents:
        sent = await person.post(f"/conversations/{conversation_id}/messages", json={"content": content})
        assert sent.status_code == 200, sent.text


async def snippets(person: httpx.AsyncClient, q: str) -> list[str]:
    """The found texts, their matches in brackets."""
    response = await person.get("/search", params={"q": q})
    assert response.status_code == 200, response.text
    return [
        "".join(f"[{part['text']}]" if part["is_match"] else part["text"] for part in found["snippet"])
        for found in response.json()
    ]


class TestHostile:
    async def test_nothing_is_syntax_and_nothing_breaks(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "unrelated words")
        for q in HOSTILE:
            assert await snippets(ann, q) == [], ascii(q)

    async def test_words_of_the_index_language_are_words(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "NOT near, AND or NEAR", "tea", 'content: "owner"')
        assert await snippets(ann, "NOT near") == ["[NOT] [near], AND or [NEAR]"]
        assert await snippets(ann, "tea OR owner") == []
        assert await snippets(ann, '"content:" owner*') == ['[content]: "[owner]"']

    async def test_punctuation_between_words_does_not_count(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "state-of-the-art_code, e.g. foo.bar()")
        for q in ("state of the art", "art-code", "(foo) bar", "'E.G.'"):
            assert len(await snippets(ann, q)) == 1, q

    async def test_a_pasted_page_is_found_by_its_first_words(self, ann: httpx.AsyncClient) -> None:
        page = " ".join(f"word{number}" for number in range(100))
        await say(ann, page)
        assert len(await snippets(ann, page[:1_000])) == 1

    async def test_markup_is_only_text(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "<b>bold</b> &amp; \x01 <mark>plain</mark>")
        assert await snippets(ann, "plain") == ["<b>bold</b> &amp; \x01 <mark>[plain]</mark>"]


class TestScripts:
    @pytest.mark.parametrize("q", ["cafe creme", "CAFÉ", "café Crème", "crème"])
    async def test_accents_and_capitals_do_not_count(self, ann: httpx.AsyncClient, q: str) -> None:
        await say(ann, "Un Café crème", "un cafe\u0301 cre\u0300me")
        assert len(await snippets(ann, q)) == 2

    async def test_greek_and_cyrillic_are_words(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "Η θάλασσα είναι ήρεμη", "Где мои ключи?")
        assert await snippets(ann, "ΘΆΛΑΣΣΑ") == ["Η [θάλασσα] είναι ήρεμη"]
        assert await snippets(ann, "КЛЮЧ") == ["Где мои [ключи]?"]

    @pytest.mark.parametrize(
        ("text", "q", "found"),
        [
            ("我喜欢学习中文", "学习", "我喜欢[学习]中文"),
            ("我喜欢学习中文", "文", "我喜欢学习中[文]"),
            ("我用Python写代码", "python 代码", "我用[Python]写[代码]"),
            ("東京タワーに行きたい", "タワー", "東京[タワー]に行きたい"),
            ("한국어를 배우고 싶어요", "한국", "[한국]어를 배우고 싶어요"),
            ("ผมชอบอาหารไทย", "อาหาร", "ผมชอบ[อาหาร]ไทย"),
            ("والكتاب على الطاولة", "كتاب", "وال[كتاب] على الطاولة"),
            ("मुझे हिन्दी पसंद है", "हिन्दी", "मुझे [हिन्दी] पसंद है"),
            ("well done 👍🏽 indeed", "👍", "well done [👍]🏽 indeed"),
            ("I ❤ tea", "❤️", "I [❤] tea"),
            ("5 m² and a Straße", "m² straße", "5 [m][²] and a [Straße]"),
        ],
    )
    async def test_others_are_found_as_they_stand_anywhere(
        self, ann: httpx.AsyncClient, text: str, q: str, found: str
    ) -> None:
        await say(ann, text, "something else")
        assert await snippets(ann, q) == [found]

    async def test_words_inside_of_them_are_found_whole_or_by_their_beginning(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "他说Python好", "nice party🤔", "我用 Python 和Java写", "python alone")
        assert await snippets(ann, "pyth") == ["[python] alone", "我用 [Python] 和Java写", "他说[Python]好"]
        assert await snippets(ann, "java python") == ["我用 [Python] 和[Java]写"]
        assert await snippets(ann, "party") == ["nice [party]🤔"]
        assert await snippets(ann, "art") == await snippets(ann, "ython") == await snippets(ann, "py") == []

    async def test_all_pieces_must_be_there(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "学习中文", "学习英文")
        assert await snippets(ann, "学习 英文") == ["[学习][英文]"]
        assert await snippets(ann, "学习 100%") == []


class TestSnippets:
    async def test_a_long_text_is_cut_around_its_first_match(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "before " * 1_000 + "needle\n\n  and needles " + "after " * 1_000)
        (found,) = await snippets(ann, "needle")
        assert found.startswith("…before ")
        assert "before [needle] and [needles] after" in found
        assert found.endswith(" after…")
        assert len(found) < 260

    async def test_a_text_without_spaces_is_cut_as_well(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "好" * 5_000 + "茶" + "好" * 5_000, "x" * 20_000 + " needle " + "y" * 10_000)
        assert all(len(found) < 260 for found in [*await snippets(ann, "茶"), *await snippets(ann, "needle")])

    async def test_one_longer_match_is_whole(self, ann: httpx.AsyncClient) -> None:
        await say(ann, "x" * 900 + " and more")
        assert await snippets(ann, "x" * 900) == ["[" + "x" * 900 + "]…"]
