"""Invitations: leave to register once, made by administrators."""
