"""Rows of a file into the tables: staged by COPY, merged by set-based SQL, one transaction a run."""
