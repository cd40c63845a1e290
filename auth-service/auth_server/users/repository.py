"""The queries on users."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth_server.db.models import User, UserRole
from auth_server.users.names import lookup_key
from auth_server.users.ordering import Place, UserOrder
from auth_server.users.schemas import Credentials, UserFilter


class UserRepository:
    """All SQL on `users` and `user_roles`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, user_id: str) -> User | None:
        """The user of that id."""
        return self._session.get(User, user_id)

    def locked(self, user_id: str) -> User | None:
        """The same, as it is once no other transaction changes it any more, until this one ends."""
        return self._session.get(User, user_id, with_for_update=True, populate_existing=True)

    def by_username(self, username: str) -> User | None:
        """The user of that name, whatever the case of its letters."""
        key = lookup_key(username)
        return None if key is None else self._session.scalar(select(User).where(User.username_key == key))

    def credentials(self, login: str) -> Credentials | None:
        """Those of the user of that name or e-mail address (a name never has an @).

        Columns alone, so that a known name costs no further query for its roles, which could be measured.
        """
        key = lookup_key(login)
        if key is None:
            return None
        column = User.email_key if "@" in key else User.username_key
        row = self._session.execute(select(User.id, User.password_hash, User.is_active).where(column == key)).first()
        return None if row is None else Credentials(*row)

    def by_email_key(self, email_key: str) -> User | None:
        """The user of that address."""
        return self._session.scalar(select(User).where(User.email_key == email_key))

    def by_username_key(self, username_key: str) -> User | None:
        """The user of that name's key."""
        return self._session.scalar(select(User).where(User.username_key == username_key))

    def page(self, which: UserFilter, *, after: Place | None, limit: int) -> list[User]:
        """At most `limit` users that match, those after the place, in the order that is asked for."""
        order = UserOrder(which.sort)
        query = select(User).order_by(*order.clauses()).limit(limit)
        if after is not None:
            query = query.where(order.following(after))
        if which.id:
            query = query.where(User.id.in_(which.id))
        if which.role is not None:
            query = query.where(User.id.in_(select(UserRole.user_id).where(UserRole.role_name == which.role)))
        if which.is_active is not None:
            query = query.where(User.is_active.is_(which.is_active))
        if which.q:
            key = lookup_key(which.q)
            if key is None:
                return []
            query = query.where(
                or_(
                    User.username_key.contains(key, autoescape=True),
                    User.email_key.contains(key, autoescape=True),
                    User.full_name.icontains(which.q, autoescape=True),
                )
            )
        return list(self._session.scalars(query))

    def usernames(self, user_ids: Collection[str]) -> dict[str, str]:
        """The names of those of the ids that are users'."""
        query = select(User.id, User.username).where(User.id.in_(user_ids))
        return dict(self._session.execute(query).all())

    def with_role(self, role: str) -> list[User]:
        """Every user with the role, by name."""
        query = select(User).join(UserRole, UserRole.user_id == User.id).where(UserRole.role_name == role)
        return list(self._session.scalars(query.order_by(User.username_key)))

    def has_other_active(self, role: str, user_id: str) -> bool:
        """Whether an active user other than this one has the role."""
        query = (
            select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(UserRole.role_name == role, User.is_active.is_(True), User.id != user_id)
        )
        return self._session.scalar(query.limit(1)) is not None

    def add(self, user: User) -> None:
        """Inserts the user at once, so that a name taken meanwhile shows here."""
        self._session.add(user)
        self._session.flush()

    def delete(self, user: User) -> None:
        """Deletes the user with the links to their roles."""
        self._session.delete(user)
        self._session.flush()
