"""API keys: with which a person's programs use chat and analytics, within scopes and the person's own rights."""
