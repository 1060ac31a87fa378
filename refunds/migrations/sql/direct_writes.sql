-- Requests and what became of them, what comes back and was found, what a case of money answers, gives, misses, invoices, sends again and settles: a link
-- that is cut there would let the same money be paid twice (casework/migrations/sql/direct_writes.sql).
SELECT casework_leave_rows(('refunds_' || kind)::regclass, kind, key => key) FROM (VALUES
    ('request', 'id'),
    ('approval', 'id'),
    ('sendback', 'id'),
    ('ending', 'id'),
    ('payout', 'id'),
    ('transfer', 'id'),
    ('platformdecision', 'id'),
    ('approvallimit', 'id'),
    ('delegation', 'id'),
    ('goodsout', 'id'),
    ('return', 'case_id'),
    ('returnline', 'id'),
    ('qualityfault', 'id'),
    ('strayparcel', 'id'),
    ('camebackafterrefund', 'id'),
    ('askedthere', 'case_id'),
    ('giftfacts', 'case_id'),
    ('outofstockfacts', 'case_id'),
    ('invoicefacts', 'case_id'),
    ('resentline', 'id'),
    ('settlement', 'id'),
    ('paidthere', 'id'),
    ('causelookedat', 'id')
) AS t (kind, key);

-- An import tells of its run instead of each line that it brings.
SELECT casework_leave_rows(('refunds_' || kind)::regclass, kind, key => key, is_import => true) FROM (VALUES
    ('claimfacts', 'case_id'),
    ('statementline', 'id'),
    ('recovery', 'id'),
    ('statementcolumns', 'id')
) AS t (kind, key);
