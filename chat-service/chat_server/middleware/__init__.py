"""What is done around each request."""
