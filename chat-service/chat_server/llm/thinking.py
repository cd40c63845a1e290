"""Parts a `<think>` block at the beginning of an answer from the answer; many open models write one."""

OPENING = "<think>"
CLOSING = "</think>"


class ThinkSplitter:
    """Takes an answer piece by piece, however a tag is cut. A block anywhere else is text like any other."""

    __slots__ = ("_held", "_is_thinking", "_is_trimming", "is_past")

    def __init__(self) -> None:
        self._held = ""  # what may yet turn out to be part of a tag
        self._is_thinking = False
        self._is_trimming = False  # the blank lines before thoughts or answer belong to the tag
        self.is_past = False  # nothing but the answer can follow

    def split(self, text: str) -> tuple[str, str]:
        """(thoughts, answer) that are certain by now."""
        if self.is_past:
            return "", text
        text, self._held = self._held + text, ""
        if self._is_thinking:
            return self._think(text)
        return self._begin(text) if not self._is_trimming else ("", self._answer(text))

    def finish(self) -> tuple[str, str]:
        """(thoughts, answer) that were held back, once nothing more comes."""
        held, self._held = self._held, ""
        return (held, "") if self._is_thinking else ("", held)

    def _begin(self, text: str) -> tuple[str, str]:
        begun = text.lstrip()
        if begun.startswith(OPENING):
            self._is_thinking = self._is_trimming = True
            return self._think(begun[len(OPENING) :])
        if OPENING.startswith(begun):
            self._held = text
            return "", ""
        self.is_past = True
        return "", text

    def _think(self, text: str) -> tuple[str, str]:
        text = self._trimmed(text)
        thoughts, closing, answer = text.partition(CLOSING)
        if closing:
            self._is_thinking, self._is_trimming = False, True
            return thoughts, self._answer(answer)
        cut = _begin_of_tag(text)
        self._held = text[cut:]
        return text[:cut], ""

    def _answer(self, text: str) -> str:
        text = self._trimmed(text)
        self.is_past = not self._is_trimming
        return text

    def _trimmed(self, text: str) -> str:
        if self._is_trimming and (text := text.lstrip()):
            self._is_trimming = False
        return text


def _begin_of_tag(text: str) -> int:
    """Where the longest end of the text begins that may be the beginning of the closing tag."""
    for length in range(min(len(CLOSING) - 1, len(text)), 0, -1):
        if CLOSING.startswith(text[-length:]):
            return len(text) - length
    return len(text)
