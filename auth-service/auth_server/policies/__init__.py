"""Policies: what administrators have set for the whole installation."""
