"""Erasures: what there is of a deleted person belongs to nobody any more, and every total stays what it was."""
