"""Lets `uvicorn main:app` work in this folder."""

from auth_server.main import app

__all__ = ["app"]
