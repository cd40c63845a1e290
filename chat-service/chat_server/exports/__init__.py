"""Exports: a person takes all of their conversations with them."""
