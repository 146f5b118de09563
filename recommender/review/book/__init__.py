"""The rule book: everything the knowledge says, as a static website for those who review it."""
