"""Events that cannot be read: kept with the reason until a version comes that can read them."""
