"""Formulas, diagrams, code and tables in a real Chromium, in both themes; what does not occur is not loaded."""

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import Person
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scripted_openai import ScriptedOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAIN = "Only **words**, `code` and a sum of $5."
FORMULAS = r"""Inline $e^{i\pi} = -1$ and \(a^2 + b^2 = c^2\), then displayed:

$$
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
$$

\[ \sum_{n=1}^{\infty} \frac{1}{n^2} = \frac{\pi^2}{6} \]

It costs $5 and $10 more, and $\frac{1}{$ is none."""
DIAGRAM = """```mermaid
graph TD
  Question[A question] --> Choice{Is it clear?}
  Choice -->|yes| Answer[An answer]
  Choice -->|no| Question
```"""
SEQUENCE = """```mermaid
sequenceDiagram
  Reader->>Page: asks
  Page-->>Reader: answers
```"""
BROKEN = "```mermaid\ngraph TD\n  A --> --> B[[[\n```"
REST = """- [x] done
- [ ] open

| Limit | Primes |
|---:|---:|
| 1,000 | 168 |

```python
def add(one: int, other: int) -> int:
    return one + other  # a sum
```"""
SCHEMES = ("light", "dark")


async def show(visitor: Visitor, reader: Person, text: str) -> None:
    conversation = await reader.new_conversation(title="Drawn")
    await reader.ask(conversation, f"[[say]]{text}")
    await visitor.go(f"/c/{conversation}")
    await visitor.until_answer("complete")


class TestFormulas:
    async def test_are_drawn_and_money_is_not(self, visitor: Visitor, reader: Person) -> None:
        await show(visitor, reader, FORMULAS)
        await expect(visitor.answer.locator("[data-formula=drawn]")).to_have_count(4)
        await expect(visitor.answer.locator(".katex-display")).to_have_count(2)
        await expect(visitor.answer).to_contain_text("It costs $5 and $10 more")
        await expect(visitor.answer.locator("[data-formula=failed]")).to_contain_text("not a formula")
        assert await visitor.page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Main'))")


class TestDiagrams:
    @pytest.mark.parametrize("scheme", SCHEMES)
    async def test_are_drawn_as_images_and_their_source_is_at_hand(
        self, visit: Visit, reader: Person, scheme: str
    ) -> None:
        async with visit(reader, color_scheme=scheme) as visitor:
            await show(visitor, reader, f"{DIAGRAM}\n\n{SEQUENCE}\n\n{REST}")
            images = visitor.answer.get_by_role("img", name="Diagram")
            await expect(images).to_have_count(2)
            for image in await images.all():
                await image.scroll_into_view_if_needed()
                assert await image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 100
            assert await faults_of(visitor, f"drawn-{scheme}") == []
            await visitor.button("Source").first.click()
            await expect(images).to_have_count(1)
            await expect(visitor.answer).to_contain_text("Choice{Is it clear?}")

    async def test_that_cannot_be_drawn_show_their_source_and_say_so(self, visitor: Visitor, reader: Person) -> None:
        await show(visitor, reader, BROKEN)
        await expect(visitor.answer).to_contain_text("This is not a diagram that can be drawn here")
        await expect(visitor.answer).to_contain_text("A --> --> B[[[")
        await expect(visitor.page.locator("body > [id*=diagram]")).to_have_count(0)

    async def test_wait_for_their_end(self, visitor: Visitor, reader: Person, provider: ScriptedOpenAI) -> None:
        conversation = await reader.new_conversation(title="Under way")
        await visitor.go(f"/c/{conversation}")
        await visitor.say(f"[[say]][[pause=9]]{DIAGRAM}\n\nAnd words to the end of it.")
        await expect(visitor.answer).to_contain_text("clear?")
        await expect(visitor.answer.get_by_role("img", name="Diagram")).to_have_count(0)
        provider.go_on()
        await expect(visitor.answer.get_by_role("img", name="Diagram")).to_be_visible()
        await visitor.until_answer("complete")


class TestPlainAnswer:
    async def test_loads_neither_formulas_nor_diagrams(self, visitor: Visitor, reader: Person) -> None:
        await show(visitor, reader, PLAIN)
        await expect(visitor.answer.locator("strong")).to_have_text("words")
        scripts = [url for url in visitor.requested if any(name in url for name in ("katex", "formulas", "diagrams"))]
        assert scripts == []
