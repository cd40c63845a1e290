"""So that `uvicorn main:app` works in this folder."""

import sys

from chat_server.main import app

# The thread that writes to the database may keep the event loop waiting for this long, each time the loop has waited
# for the network: with Python's five milliseconds a burst of new messages held up the tokens of all others.
SWITCH_SECONDS = 0.0005
sys.setswitchinterval(SWITCH_SECONDS)

__all__ = ["app"]
