"""Raw events go when they are old; what was counted of them stays, and none of them counts again."""
