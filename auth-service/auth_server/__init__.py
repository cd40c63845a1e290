"""Users, roles, passwords and access tokens of ConvoAI."""

__version__ = "0.1.0"
