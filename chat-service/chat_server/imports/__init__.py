"""Imports: conversations that a person brings along, from here or from elsewhere."""
