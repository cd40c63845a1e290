"""Alerts: rules about figures, and what becomes of each."""
