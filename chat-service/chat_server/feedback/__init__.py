"""Feedback: what a person thinks of an answer."""
