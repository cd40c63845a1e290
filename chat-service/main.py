"""So that `uvicorn main:app` works in this folder."""

from chat_server.main import app

__all__ = ["app"]
