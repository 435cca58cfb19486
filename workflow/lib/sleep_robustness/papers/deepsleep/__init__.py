"""Zhao 2022, DeepSleep: tables of its own."""
