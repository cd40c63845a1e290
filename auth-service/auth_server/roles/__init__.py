"""Roles: which there are."""
