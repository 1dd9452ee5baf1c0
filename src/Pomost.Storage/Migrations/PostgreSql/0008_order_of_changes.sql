-- An event's newest form waits for an older one of the same person that was put off.
CREATE INDEX delivery_of_change ON delivery (account_id, store_id, email_key, id) WHERE kind IN ('EventUpdate', 'EventWithdrawal') AND state <> 'Dead';
