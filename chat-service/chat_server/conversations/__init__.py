"""Conversations: who owns them, how they are listed, renamed, archived and deleted."""
