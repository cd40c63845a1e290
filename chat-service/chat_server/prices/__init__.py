"""What models cost, in versions: a new price never changes what an old answer cost."""
