"""`/analytics`: the figures, for administrators and managers."""
