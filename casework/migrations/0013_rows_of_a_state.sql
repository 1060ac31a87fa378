-- Asked of each case that moved, by a plan that a session keeps. Made while the tables were empty it would read all rows of a long
-- transaction for each of its cases; so the case's own rows are looked up first, and each of them in the queue, by index.
ALTER FUNCTION casework_check_state_row() SET enable_seqscan = off;
ALTER FUNCTION casework_check_state_row() SET enable_hashjoin = off;
ALTER FUNCTION casework_check_state_row() SET enable_mergejoin = off;
