"""Sleep and robustness: the library behind the workflow that re-creates Tadros et al. (ICLR 2020)."""
