"""Its tables, one file each: from tidy summaries to numbers, and the same for a reader; `tables.style.write` writes both."""
