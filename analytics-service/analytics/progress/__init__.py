"""How far works have come that go on after a restart, whichever replica does them."""
