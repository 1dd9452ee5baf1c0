-- A guest's data are those of the newest order; a withdrawn consent to sharing keeps its date.
ALTER TABLE contact ADD COLUMN data_placed_at BIGINT;
ALTER TABLE contact ADD COLUMN sharing_withdrawn_at BIGINT;
UPDATE contact SET data_placed_at = (
  SELECT max(o.placed_at) FROM shop_order AS o
  WHERE o.account_id = contact.account_id AND o.email_key = contact.email_key AND o.store_id = contact.store_id AND o.outcome IN ('Queued', 'Sent'))
WHERE NOT has_account AND has_bought;

-- What a purchase brought at the destination: no more may be taken off it.
ALTER TABLE shop_order ADD COLUMN sent_value TEXT;
