"""The networks of all papers under one evaluation of ours; the one room that knows the others."""
