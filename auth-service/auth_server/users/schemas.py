"""What the user routes take and answer, and who is calling."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, model_validator

from auth_server.passwords.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from auth_server.users.names import EmailAddress, FullName, Username

Theme = Literal["light", "dark", "system"]
Language = Literal["system", "en", "de"]
UserSort = Literal["username", "-username", "created_at", "-created_at", "last_login_at", "-last_login_at"]
MOST_IDS = 100
DEFAULT_THEME: Theme = "system"
DEFAULT_LANGUAGE: Language = "system"
RoleNames = Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=10)]
NewPassword = Annotated[
    SecretStr,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="Characters of any script, with a letter and a digit; not a common password, name or address.",
    ),
]


@dataclass(frozen=True, slots=True)
class Account:
    """Who is calling, as the database says at this moment."""

    user_id: str
    username: str
    roles: tuple[str, ...]

    def has_role(self, *roles: str) -> bool:
        """Whether the caller has at least one of the roles."""
        return any(role in self.roles for role in roles)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    user_id: str
    password_hash: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user about to be added; what it holds was checked."""

    username: str
    email: str
    full_name: str | None
    password_hash: str
    roles: tuple[str, ...]


class UserFilter(BaseModel):
    """Which users, and in what order; what is left out does not narrow them."""

    id: Annotated[
        list[Annotated[str, Field(max_length=64)]],
        Field(max_length=MOST_IDS, description="Who has one of these ids; it may be given several times."),
    ] = []
    q: Annotated[str | None, Field(max_length=100, description="Text within the name or address.")] = None
    role: Annotated[str | None, Field(max_length=32, pattern="^[a-z_]+$", description="Who has this role.")] = None
    is_active: Annotated[bool | None, Field(description="Whether the account is open.")] = None
    sort: Annotated[
        UserSort, Field(description="With `-` the other way round. Who never signed in comes before all who did.")
    ] = "username"


class UserOut(BaseModel):
    """A user."""

    id: str
    username: str
    email: str
    full_name: str | None
    roles: list[str]
    is_active: bool
    created_at: datetime
    last_login_at: datetime | None


class PreferencesOut(BaseModel):
    """How the user likes the page; further keys are the page's own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    theme: Theme
    language: Language


class ProfileOut(UserOut):
    """The caller's own user."""

    preferences: PreferencesOut


class UserCreate(BaseModel):
    """A registration. Fields that are not named here have no effect."""

    username: Username
    email: EmailAddress
    password: NewPassword
    full_name: FullName | None = None
    roles: Annotated[RoleNames | None, Field(description="Only for administrators; anyone else gets 403.")] = None
    invitation: Annotated[
        SecretStr | None, Field(max_length=100, description="The token of an invitation, which decides the roles.")
    ] = None


class PreferencesPatch(BaseModel):
    """Preferences to set; null takes one away, those not named stay."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, JsonValue]

    theme: Theme | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _refuse_what_json_cannot_hold(self) -> "PreferencesPatch":
        json.dumps(self.changes(), allow_nan=False, ensure_ascii=False).encode()  # raises ValueError
        return self

    def changes(self) -> dict[str, Any]:
        """The keys that were sent."""
        return self.model_dump(exclude_unset=True)


class _Patch(BaseModel):
    """Fields to change; those that are left out stay as they are, and only `full_name` may be null."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _refuse_null(self) -> "_Patch":
        for name in self.model_fields_set - {"full_name"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class ProfilePatch(_Patch):
    """What a user may change of their own profile."""

    email: EmailAddress | None = None
    full_name: FullName | None = None
    preferences: PreferencesPatch | None = None


class UserPatch(_Patch):
    """What an administrator may change of a user."""

    email: EmailAddress | None = None
    full_name: FullName | None = None
    is_active: bool | None = None


class RolesUpdate(BaseModel):
    """The roles that the user has from now on."""

    model_config = ConfigDict(extra="forbid")

    roles: RoleNames


class PasswordChange(BaseModel):
    """The current password, and the one that takes its place."""

    model_config = ConfigDict(extra="forbid")

    current_password: SecretStr
    new_password: NewPassword


class Confirmation(BaseModel):
    """What was done, in a sentence."""

    message: str


class AccountStanding(BaseModel):
    """Whether an account is there and not deactivated."""

    is_active: bool
