"""The queries on what administrators have set."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth_server.db.administration import ServiceSetting


class SettingRepository:
    """All SQL on `service_settings`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, name: str) -> ServiceSetting | None:
        """The setting, if an administrator has ever set it."""
        return self._session.get(ServiceSetting, name)

    def put(self, name: str, value: dict[str, Any], now: datetime) -> None:
        """Sets it. Raises IntegrityError when another transaction has just set it for the first time."""
        row = self._session.get(ServiceSetting, name, with_for_update=True, populate_existing=True)
        if row is None:
            self._session.add(ServiceSetting(name=name, value=value, changed_at=now))
        else:
            row.value, row.changed_at = value, now
        self._session.flush()
