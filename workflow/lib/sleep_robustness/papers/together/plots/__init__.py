"""Its figures: one file each, from a tidy table to a matplotlib Figure; no reading, no computing."""
