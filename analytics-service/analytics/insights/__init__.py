"""`/analytics`: what happened in a range of days, cut by person, model, endpoint and so on, read of rollups alone."""
