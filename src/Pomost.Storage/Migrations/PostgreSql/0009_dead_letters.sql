-- What was given up is looked for by account.
CREATE INDEX delivery_dead ON delivery (account_id, id) WHERE state = 'Dead';
CREATE INDEX write_back_dead ON write_back (account_id, id) WHERE state = 'Dead';
