"""Alerts: tells administrators by mail of what analytics-service has found."""
