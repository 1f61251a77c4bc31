"""The demo company: a small maker of shelves and racks, always seen from today."""
