"""Exports: a person takes with them what the service holds of them."""
