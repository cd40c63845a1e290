"""The model behind the chat: one vocabulary, and the two ways to reach a model."""
