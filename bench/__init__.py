"""Data by the million and the time that pages take over it: `make bench ROWS=1000000`."""
