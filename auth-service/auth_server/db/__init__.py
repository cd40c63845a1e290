"""The tables of auth-service."""
