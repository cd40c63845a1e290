"""A user changes their own profile, within the caller's transaction; what identifies them is recorded."""

from sqlalchemy.orm import Session

from auth_server.audit.schemas import Target
from auth_server.audit.service import Auditor
from auth_server.users.schemas import ProfileOut, ProfilePatch
from auth_server.users.service import UserService

IDENTITY = frozenset({"email", "full_name"})


class ProfileChanger:
    """How someone likes the page is their own business: preferences leave no entry."""

    def __init__(self, session: Session, auditor: Auditor) -> None:
        self._session = session
        self._users = UserService(session)
        self._auditor = auditor

    def update(self, user_id: str, patch: ProfilePatch) -> ProfileOut:
        """Changes what was sent. Raises EmailTaken (400); InvalidInput (422) for preferences over 16 KiB."""
        profile = self._users.update_profile(user_id, patch)
        if fields := sorted(IDENTITY & patch.model_fields_set):
            target = Target("user", profile.id, profile.username)
            self._auditor.record(self._session, "user.changed", target, {"fields": list(fields)})
        return profile
