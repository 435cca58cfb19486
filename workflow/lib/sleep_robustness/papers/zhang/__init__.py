"""Zhang et al. 2020, who re-implemented Tadros et al.: figures and tables of their own."""
