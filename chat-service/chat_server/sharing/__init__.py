"""Sharing: a conversation as it was at one moment, for whoever has the link."""
