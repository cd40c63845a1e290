"""Capabilities: what this installation offers, for the page to show the right thing."""
