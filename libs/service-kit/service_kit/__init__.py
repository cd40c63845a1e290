"""What must be identical in every ConvoAI service; holds no table and no business rule."""

__version__ = "0.1.0"
