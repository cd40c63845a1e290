"""The audit trail: who did what to whom, when and from where, in a chain that shows what was changed afterwards."""
