"""Users: registration, their own profile, and what administrators do with them."""
