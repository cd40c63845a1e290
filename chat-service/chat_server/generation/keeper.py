"""Keeps answers on disk while they are written, and ends those whose writer died."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.rounds import Rounds

from chat_server.generation.running import RunningAnswers
from chat_server.generation.turn import progress_of
from chat_server.messages.record import MessageRecord
from chat_server.messages.turns import TurnStore

SAVE_SECONDS = 0.5  # the promise is a second; this leaves room for a slow disk
SILENT_FOR = timedelta(seconds=4)  # eight missed saves: the writer is gone
LOOK_EVERY = 2  # rounds between two looks for abandoned answers
log = structlog.get_logger(__name__)


class AnswerKeeper(Rounds):
    """One task: each half second it saves all answers in one transaction; every other time it reaps."""

    def __init__(
        self,
        answers: RunningAnswers,
        database: Database,
        price_keys: Callable[[str], Sequence[str]],
        provider_of: Callable[[str], str | None],
        on_interrupted: Callable[[MessageRecord], None],
    ) -> None:
        super().__init__("answer-keeper", SAVE_SECONDS, failure="answers_not_saved")
        self._answers = answers
        self._database = database
        self._price_keys = price_keys
        self._provider_of = provider_of
        self._on_interrupted = on_interrupted
        self._rounds = 0

    async def _round(self) -> None:
        self._rounds += 1
        await self.save()
        if self._rounds % LOOK_EVERY == 1:
            await self.reap()

    async def save(self) -> None:
        """Writes the text and the sign of life of every answer in progress, and stops those that nobody wants."""
        answers = self._answers.all()
        if not answers:
            return
        progresses = [progress_of(answer) for answer in answers]
        wanted = await self._database.write(lambda session: TurnStore(session).save_progress(progresses))
        for answer in answers:
            if answer.record.id not in wanted:
                answer.stop("stopped")

    async def reap(self) -> None:
        """Ends, as `interrupted`, answers of processes that died, and tells whoever watches."""
        own = [answer.record.id for answer in self._answers.all()]
        # Fixed here: what is begun from now on has a younger sign of life, however long a busy disk holds this up.
        silent_since = self._answers.all_known_until(utc_now() - SILENT_FOR)
        found = await self._database.read(
            lambda session: TurnStore(session).has_abandoned(silent_since=silent_since, except_ids=own)
        )
        if not found:
            return
        interrupted = await self._database.write(
            lambda session: TurnStore(session).interrupt_abandoned(
                silent_since=silent_since,
                except_ids=own,
                price_keys=self._price_keys,
                provider_of=self._provider_of,
            )
        )
        for record in interrupted:
            log.warning("answer_interrupted", message_id=record.id, seq=record.seq)
            self._on_interrupted(record)
