"""Defences: one file each, by their names in the config.

Each file has fit(dataset, params, base=None, seed=0, device="cpu") → (network, history): the defended ReluNetwork and a
table with one row an epoch. `base` is the control network of the same seed; `params` are the data set's training parameters
(Table 2) overlaid with the variant's. PARAMETERS, a literal, gives the schema of what a variant takes in the config.
"""
