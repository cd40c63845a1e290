"""analytics-service: takes the events of the other services and gives the figures made of them."""

__version__ = "0.1.0"
