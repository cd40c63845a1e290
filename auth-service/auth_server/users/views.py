"""Turns a user's row into what is answered."""

from typing import Any, get_args

from auth_server.db.models import User
from auth_server.users.schemas import (
    DEFAULT_LANGUAGE,
    DEFAULT_THEME,
    Account,
    Language,
    PreferencesOut,
    ProfileOut,
    UserOut,
)


def account_of(user: User) -> Account:
    """The user as a caller."""
    return Account(user_id=user.id, username=user.username, roles=tuple(user.role_names))


def user_out(user: User) -> UserOut:
    """The user as everyone who may read them sees them."""
    return UserOut(
        id=user.id,
        username=user.username,
        email=user.email,
        full_name=user.full_name,
        roles=user.role_names,
        is_active=user.is_active,
        created_at=user.created_at,
        last_login_at=user.last_login_at,
    )


def profile_out(user: User) -> ProfileOut:
    """The user as they see themselves."""
    preferences = PreferencesOut.model_validate(user.preferences | _named(user.preferences))
    return ProfileOut(**dict(user_out(user)), preferences=preferences)


def _named(preferences: dict[str, Any]) -> dict[str, Any]:
    """The preferences that every profile has. `language` was free once: what a row kept there may be no language."""
    language = preferences.get("language")
    return {
        "theme": preferences.get("theme", DEFAULT_THEME),
        "language": language if language in get_args(Language) else DEFAULT_LANGUAGE,
    }
