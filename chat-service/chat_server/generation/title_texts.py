"""What a model is told to make a title, and whether what it answers is one; pure."""

import re
from collections.abc import Sequence

from chat_server.llm.client import ModelMessage

INSTRUCTION = (
    "You name conversations. Reply with a title for the conversation that follows: two to six words, in its language, "
    "without quotation marks, Markdown or a full stop. Reply with the title alone and do not answer the message."
)
LONGEST_QUESTION = 1_000
LONGEST_ANSWER = 500
LONGEST_TITLE = 60
MOST_WORDS = 10
LONGEST_REPLY = 400  # characters; whoever says more makes no title
WRAPPING = " \t*_#`\"'“”„«»‘’:-–—.…"
LABEL = re.compile(r"^(conversation )?(title|titel|titre|título|titolo)\s*:\s*", re.IGNORECASE)
# How models begin that answer or excuse themselves in the place of naming.
NO_TITLE = re.compile(
    r"^(sure|certainly|of course|sorry|as an ai|here('s| is| are)|i('m| am| can| would| think| understand)|"
    r"the (title|conversation|user|assistant)('s)? (is|asks|wants|could|of|for)|new conversation$|(user|assistant):|<)",
    re.IGNORECASE,
)


def title_prompt(question: str, answer: str) -> Sequence[ModelMessage]:
    """What the model sees: the instruction, then the beginning of the exchange."""
    said = f"User: {_begin(question, LONGEST_QUESTION)}\n\nAssistant: {_begin(answer, LONGEST_ANSWER)}"
    return [ModelMessage("system", INSTRUCTION), ModelMessage("user", f"{said}\n\nTitle:")]


def usable_title(reply: str, answer: str = "") -> str | None:
    """The title in a model's reply: its only line, without what it is wrapped in; None when there is none in it.

    The beginning of the answer is none: then the model has answered once more.
    """
    lines = [line for line in reply.splitlines() if line.strip(WRAPPING)]
    if len(lines) != 1:
        return None
    title = " ".join(LABEL.sub("", lines[0].strip(WRAPPING)).strip(WRAPPING).split())
    is_title = (
        2 <= len(title) <= LONGEST_TITLE
        and len(title.split()) <= MOST_WORDS
        and any(character.isalnum() for character in title)
        and NO_TITLE.match(title) is None
        and not answer.casefold().lstrip(WRAPPING).startswith(title.casefold())
    )
    return title if is_title else None


def _begin(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
