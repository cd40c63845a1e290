"""Answers being written: they belong to the conversation, not to whoever watches."""
