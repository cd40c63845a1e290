"""Erasures: everything of a deleted person goes, once auth-service asks for it."""
