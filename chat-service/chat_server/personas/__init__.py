"""Personas: a named system prompt with a model and a temperature, a person's own or shared with all by an admin."""
