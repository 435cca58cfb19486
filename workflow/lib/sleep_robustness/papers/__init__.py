"""The papers, each in a folder of its own: what serves one alone. They import the shared library, never one another."""
