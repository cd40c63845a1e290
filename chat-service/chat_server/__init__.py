"""Conversations, messages and the answers of the model."""

__version__ = "0.1.0"
