"""Erasures: a deleted person's data goes in all three services, and a receipt says what each has done."""
