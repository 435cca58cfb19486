"""Tadros et al., ICLR 2020: its figures, tables and analyses."""
