"""Sleep and robustness: the library behind the workflow that re-creates papers on robust networks from raw data."""
