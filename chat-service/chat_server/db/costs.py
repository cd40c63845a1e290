"""The tables of money. Amounts are whole billionths of a US dollar (`nano_usd`), so that sums are exact."""

from datetime import date, datetime

from service_kit.columns import UtcDateTime
from sqlalchemy import BigInteger, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chat_server.db.base import Base
from chat_server.db.models import ID_LENGTH


class PriceVersion(Base):
    """What a model costs from `valid_from` on, until the next version. Rows are never changed.

    `model` is the name under which its price is kept: `ModelClient.price_keys`.
    """

    __tablename__ = "price_versions"

    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    input_nano_usd_per_million: Mapped[int] = mapped_column(BigInteger)
    output_nano_usd_per_million: Mapped[int] = mapped_column(BigInteger)
    is_from_file: Mapped[bool]


class Budget(Base):
    """How much may be spent in each period (`day` or `month`, UTC).

    `scope` and `subject`: `platform` and nothing, all together; `role` and its name, all who have it together;
    `person` and a user's id, or `*` for each person who has no budget of their own.
    """

    __tablename__ = "budgets"
    __table_args__ = (UniqueConstraint("scope", "subject", "period"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(10))
    limit_nano_usd: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Spending(Base):
    """What was spent on answers that began on that day (UTC), by everybody, by a role, by a person."""

    __tablename__ = "spending"

    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    nano_usd: Mapped[int] = mapped_column(BigInteger)


class Reservation(Base):
    """What an answer that is being written may cost at most. It becomes spending when the answer ends.

    `answer_id` is the message's, or that of an answer that is not stored. `roles` are those of who asked, with a comma
    before, between and behind. `user_id` is empty once the person is erased. Who writes the answer moves `held_until`
    on; when it has passed, the writer is gone.
    """

    __tablename__ = "reservations"
    __table_args__ = (Index("ix_reservations_held_until", "held_until"),)

    answer_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64))
    roles: Mapped[str] = mapped_column(String(200))
    day: Mapped[date] = mapped_column(Date)
    nano_usd: Mapped[int] = mapped_column(BigInteger)
    prompt_tokens: Mapped[int]
    held_until: Mapped[datetime] = mapped_column(UtcDateTime)
