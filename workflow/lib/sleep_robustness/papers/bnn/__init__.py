"""Pham, Pradhan and Barrios 2021: metaplastic binary networks, which learn one task after the other."""
