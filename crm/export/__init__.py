"""Lists taken out as a file that spreadsheets open and the import takes back.

columns (what there is to choose) → source (which records) → records (their cells, block by block)
→ table (the file).
"""
