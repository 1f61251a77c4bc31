"""Reading tables out of files. The modules here are free of Django: they run in a child process.

importer/reading.py is the way in: it starts the child and gives what it reads.
"""
