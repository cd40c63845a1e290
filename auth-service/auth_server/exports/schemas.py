"""What the export of one's own account holds."""

from datetime import datetime

from pydantic import BaseModel

from auth_server.api_keys.schemas import ApiKeyOut
from auth_server.audit.schemas import AuditEntryOut
from auth_server.factors.schemas import FactorsOut
from auth_server.sessions.schemas import SessionRecord
from auth_server.users.schemas import ProfileOut


class AccountExport(BaseModel):
    """All of one's own account but its secrets.

    `sessions`: also those that ended within the last thirty days. `activity`: what one did, as the audit trail says,
    the newest thousand entries.
    """

    exported_at: datetime
    profile: ProfileOut
    sessions: list[SessionRecord]
    factors: FactorsOut
    api_keys: list[ApiKeyOut]
    activity: list[AuditEntryOut]
