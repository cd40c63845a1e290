"""One answer per Idempotency-Key."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from service_kit.clock import utc_now
from service_kit.columns import UtcDateTime
from service_kit.errors import IdempotencyKeyReused
from service_kit.idempotency import PIECE_BYTES, AnswerBox, Idempotency, KeyedCall
from sqlalchemy import create_engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

SECRET = "a-secret-of-the-tests-with-enough-bytes"


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "keys"

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Order(BaseModel):
    item: str
    password: SecretStr = SecretStr("one")


class Receipt(BaseModel):
    number: int
    at: datetime


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


class Shop:
    """Counts how often the work was really done."""

    def __init__(self, session: Session, box: AnswerBox | None = None) -> None:
        self._session = session
        self._idempotency = Idempotency(Row, SecretStr(SECRET), box)
        self.orders = 0

    def order(self, order: Order, *, key: str | None, scope: str = "POST /orders ada") -> Receipt:
        return self._idempotency.answer_once(
            self._session, scope=scope, key=key, body=order, work=self._work, answer=Receipt
        )

    def _work(self) -> Receipt:
        self.orders += 1
        return Receipt(number=self.orders, at=utc_now())


@pytest.fixture
def shop(session: Session) -> Shop:
    return Shop(session)


class TestAnswerOnce:
    def test_the_same_request_gives_the_first_answer(self, shop: Shop) -> None:
        first = shop.order(Order(item="tea"), key="k")
        assert shop.order(Order(item="tea"), key="k") == first
        assert shop.orders == 1

    def test_without_a_key_everything_is_new(self, shop: Shop) -> None:
        shop.order(Order(item="tea"), key=None)
        shop.order(Order(item="tea"), key=None)
        assert shop.orders == 2

    def test_keys_of_different_scopes_have_nothing_to_do_with_each_other(self, shop: Shop) -> None:
        shop.order(Order(item="tea"), key="k")
        shop.order(Order(item="cake"), key="k", scope="POST /orders bob")
        shop.order(Order(item="tea"), key="other")
        assert shop.orders == 3

    @pytest.mark.parametrize(
        "other", [Order(item="cake"), Order(item="tea", password=SecretStr("two"))], ids=["item", "password"]
    )
    def test_another_body_is_refused(self, shop: Shop, other: Order) -> None:
        shop.order(Order(item="tea"), key="k")
        with pytest.raises(IdempotencyKeyReused):
            shop.order(other, key="k")
        assert shop.orders == 1

    def test_a_day_later_the_key_is_free(self, shop: Shop, session: Session) -> None:
        shop.order(Order(item="tea"), key="k")
        session.execute(update(Row).values(created_at=utc_now() - timedelta(hours=24, seconds=1)))
        shop.order(Order(item="cake"), key="k")
        assert shop.orders == 2

    def test_just_before_it_is_not(self, shop: Shop, session: Session) -> None:
        first = shop.order(Order(item="tea"), key="k")
        session.execute(update(Row).values(created_at=utc_now() - timedelta(hours=23, minutes=59)))
        assert shop.order(Order(item="tea"), key="k") == first

    def test_failed_work_leaves_nothing(self, shop: Shop, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_shop: Shop) -> Any:
            raise RuntimeError("the shop is closed")

        with monkeypatch.context() as patch:
            patch.setattr(Shop, "_work", fail)
            with pytest.raises(RuntimeError, match="closed"):
                shop.order(Order(item="tea"), key="k")
        assert session.scalars(select(Row)).all() == []
        assert shop.order(Order(item="cake"), key="k").number == 1


class Box:
    """Turns texts round, and opens only what was put in for the same."""

    def seal(self, plain: bytes, *, bound_to: str) -> str:
        return f"{bound_to}|{plain.decode()[::-1]}"

    def open(self, sealed: str, *, bound_to: str) -> bytes:
        whose, _, turned = sealed.partition("|")
        assert whose == bound_to
        return turned[::-1].encode()


class TestBox:
    def test_seals_what_is_stored_for_its_key_and_scope(self, session: Session) -> None:
        shop = Shop(session, Box())
        first = shop.order(Order(item="tea"), key="k")
        stored = session.scalars(select(Row.answer)).one()
        assert stored == f"POST /orders ada k|{first.model_dump_json()[::-1]}"
        assert shop.order(Order(item="tea"), key="k") == first


class TestFingerprint:
    def test_tells_nobody_the_password(self, shop: Shop, session: Session) -> None:
        shop.order(Order(item="tea", password=SecretStr("hunter2")), key="k")
        row = session.scalars(select(Row)).one()
        assert "hunter2" not in row.fingerprint + row.answer
        another = Idempotency(Row, SecretStr("another-secret-with-more-than-32-bytes"))
        body = Order(item="tea", password=SecretStr("hunter2"))
        assert another._fingerprint(body) != row.fingerprint, "it needs the secret"


class TestWorkOfSeveralTransactions:
    def test_finds_what_was_kept_under_the_same_fingerprint(self, session: Session) -> None:
        idempotency = Idempotency(Row, SecretStr(SECRET))
        call = KeyedCall("imports:ada", "k", idempotency.file_fingerprint(BytesIO(b"file")))
        assert idempotency.first_answer(session, call, Receipt) is None
        first = Receipt(number=1, at=utc_now())
        idempotency.keep(session, call, first)
        assert idempotency.first_answer(session, call, Receipt) == first
        with pytest.raises(IntegrityError):
            idempotency.keep(session, call, Receipt(number=2, at=utc_now()))

    def test_tells_files_apart_by_all_their_bytes(self) -> None:
        idempotency = Idempotency(Row, SecretStr(SECRET))
        long = b"x" * (PIECE_BYTES + 1)
        read = BytesIO(long)
        read.read()
        prints = [idempotency.file_fingerprint(file) for file in (BytesIO(long), BytesIO(long[:-1] + b"y"), read)]
        assert prints[0] == prints[2] != prints[1]
        assert Idempotency(Row, SecretStr(SECRET + "2")).file_fingerprint(BytesIO(long)) != prints[0]
