-- What people keep here, what a scale said, what a courier owes, was asked and answered (casework/migrations/sql/direct_writes.sql).
SELECT casework_leave_rows(('logistics_' || kind)::regclass, kind, is_import => true)
FROM unnest(ARRAY['courier', 'norm', 'region', 'place', 'detectionrule', 'weight', 'loss']) AS kind;
SELECT casework_leave_rows('logistics_inquiry', 'inquiry');
SELECT casework_leave_rows('logistics_claimwindow', 'claimwindow');
SELECT casework_leave_rows('logistics_addressfacts', 'addressfacts', key => 'case_id');
SELECT casework_leave_rows('logistics_reviewfacts', 'review', key => 'case_id');
