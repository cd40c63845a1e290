"""Users, roles, passwords and access tokens of ConvoAI."""

__version__ = "0.1.0"
PRODUCT_NAME = "ConvoAI"  # as people read it, in mails and wherever else this service speaks to them
