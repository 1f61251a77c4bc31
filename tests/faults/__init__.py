"""What happens when machines fail under a load: `make faults`. See :mod:`tests.faults.__main__`."""
