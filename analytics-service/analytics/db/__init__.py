"""The tables of analytics-service and how rows get into them."""
