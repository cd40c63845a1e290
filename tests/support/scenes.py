"""The pages as they are looked at: a conversation worth reading, and how to come to each page."""

import json
from collections.abc import Awaitable, Callable

from playwright.async_api import Route, expect
from support.browser import Visitor
from support.client import Person

TITLE = "Prime numbers in Python"
QUESTION = "How do I find prime numbers in Python, and how fast is it?"
ANSWER = """The **sieve of Eratosthenes** finds every prime number up to a limit. It crosses out the multiples of each \
prime and keeps what is left:

```python
def primes_up_to(limit: int) -> list[int]:
    is_prime = [False, False] + [True] * (limit - 1)
    for number in range(2, int(limit**0.5) + 1):
        if is_prime[number]:
            for multiple in range(number * number, limit + 1, number):
                is_prime[multiple] = False
    return [number for number in range(limit + 1) if is_prime[number]]
```

It needs no division, and its time grows barely faster than the limit:

| Limit | Primes found | Time |
|---:|---:|---:|
| 1,000 | 168 | 0.1 ms |
| 100,000 | 9,592 | 9 ms |
| 10,000,000 | 664,579 | 1.1 s |

Far beyond that, use a *segmented* sieve: it keeps only one stretch of numbers in memory.
"""
OTHER_TITLES = ("Rainbows in three sentences", "A polite e-mail to the caterers", "A rainy weekend in Lyon")
Scene = Callable[[Visitor], Awaitable[None]]


async def furnish(person: Person) -> str:
    """Give someone conversations to look at. Returns: the id of the one with the question and its answer."""
    for title in OTHER_TITLES:
        await person.ask(await person.new_conversation(title=title), "[[say]]Gladly.")
    conversation = await person.new_conversation(title=TITLE)
    await person.ask(conversation, f"[[say]]{ANSWER}")
    return conversation


async def hide_scripts(visitor: Visitor) -> None:
    """Show a proper question where the messages of tests tell the scripted model what to answer."""

    async def rewrite(route: Route) -> None:
        response = await route.fetch()
        messages = await response.json()
        for message in messages:
            if message["role"] == "user":
                message["content"] = QUESTION
        await route.fulfill(response=response, body=json.dumps(messages))

    await visitor.context.route("**/conversations/*/messages?*", rewrite)


def is_narrow(visitor: Visitor) -> bool:
    size = visitor.page.viewport_size
    return size is not None and size["width"] < 768


async def show_list(visitor: Visitor) -> None:
    """On narrow screens the list of conversations is in a drawer."""
    if is_narrow(visitor):
        await visitor.button("Open conversations").click()
    await expect(visitor.tiles.filter(has_text=TITLE)).to_be_visible()


async def show_sign_in(visitor: Visitor) -> None:
    await visitor.go("/sign-in")
    await expect(visitor.heading("Sign in")).to_be_visible()


async def show_register(visitor: Visitor) -> None:
    await visitor.go("/register")
    await expect(visitor.heading("Create an account")).to_be_visible()


async def show_not_found(visitor: Visitor) -> None:
    await visitor.go("/no/such/page")
    await expect(visitor.heading("Page not found")).to_be_visible()


async def show_welcome(visitor: Visitor) -> None:
    await visitor.go("/")
    await expect(visitor.page.get_by_role("heading", name="Hello, ")).to_be_visible()


async def show_menu(visitor: Visitor) -> None:
    await show_welcome(visitor)
    await show_list(visitor)
    await visitor.button(f"Actions for {TITLE}").click()
    await expect(visitor.page.get_by_role("menuitem", name="Rename")).to_be_visible()


async def show_dialog(visitor: Visitor) -> None:
    await show_menu(visitor)
    await visitor.page.get_by_role("menuitem", name="Delete").click()
    await expect(visitor.button("Delete")).to_be_visible()


def show_chat(conversation: str) -> Scene:
    async def show(visitor: Visitor) -> None:
        await visitor.go(f"/c/{conversation}")
        await visitor.until_answer("complete")
        await visitor.until_connected()
        await expect(visitor.answer.locator("pre span").first).to_be_visible()

    return show


def show_analytics(conversation: str) -> Scene:
    async def show(visitor: Visitor) -> None:
        await show_chat(conversation)(visitor)
        await visitor.button("Analytics").click()
        await expect(visitor.page.get_by_role("definition").last).to_contain_text(" ms")

    return show
