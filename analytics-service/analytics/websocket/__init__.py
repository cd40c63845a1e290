"""`/ws/metrics`: the summary as it changes. Contract, section 7."""
