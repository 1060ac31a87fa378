-- When couriers take claims leaves a journal row when it is written past the door (casework/migrations/sql/direct_writes.sql).
SELECT casework_leave_rows('logistics_claimwindow', 'claimwindow');
