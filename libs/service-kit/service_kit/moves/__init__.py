"""Carries a service's tables from one database to another, of either kind (docs/decisions/0036)."""
