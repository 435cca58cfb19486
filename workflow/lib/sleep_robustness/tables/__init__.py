"""From tidy summaries to the tables of the report, one file each: numbers as a CSV, the same for a reader as Markdown and HTML.

Each function gives (numbers, for a reader) to `style.write`.
"""
