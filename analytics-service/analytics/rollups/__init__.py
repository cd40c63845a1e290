"""The figures that are kept up with every batch of events."""
