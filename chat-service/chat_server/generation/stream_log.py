"""The pieces of one answer, numbered, and its thoughts, so that any part of them can be asked for again."""

from collections.abc import Sequence


class StreamLog:
    """Append-only. Piece `n` has seq `n`, counted from 1; the pieces joined are the answer's text."""

    def __init__(self, message_id: str, pieces: Sequence[str] = ()) -> None:
        """`pieces`: what the answer begins with, when it goes on with another."""
        self.message_id = message_id
        self._pieces: list[str] = list(pieces)
        self._lengths = [str(len(piece)) for piece in pieces]

    @property
    def seq(self) -> int:
        """The newest piece's number; 0 before the first."""
        return len(self._pieces)

    @property
    def content(self) -> str:
        """The text so far."""
        return "".join(self._pieces)

    @property
    def piece_lengths(self) -> str:
        """The lengths of the pieces in characters, comma-separated, as they are stored."""
        return ",".join(self._lengths)

    def append(self, piece: str) -> int:
        """Adds a piece and returns its seq."""
        self._pieces.append(piece)
        self._lengths.append(str(len(piece)))
        return len(self._pieces)

    def after(self, seq: int) -> Sequence[tuple[int, str]]:
        """(seq, text) of every piece that followed `seq`."""
        start = max(0, seq)
        return list(enumerate(self._pieces[start:], start + 1))


class ReasoningLog:
    """What the model thought. Append-only; a place in it is the number of characters before it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.end = 0

    @property
    def content(self) -> str:
        """All of it so far."""
        return "".join(self._pieces)

    def append(self, piece: str) -> int:
        """Adds a piece and returns the place where it begins."""
        begin = self.end
        self._pieces.append(piece)
        self.end += len(piece)
        return begin
