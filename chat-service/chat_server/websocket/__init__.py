"""`/ws/{conversation_id}`: one person's window on a conversation. Contract, section 5."""
