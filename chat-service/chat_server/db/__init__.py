"""Tables of chat-service."""
