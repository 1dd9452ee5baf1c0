-- Whose address stands in a row, as the key of the address. Empty = no address. Null = several, or not looked at yet:
-- the texts of such a row are read whenever somebody is sought.
ALTER TABLE subscriber_line ADD COLUMN email_key TEXT;
CREATE INDEX subscriber_line_of_person ON subscriber_line (account_id, email_key);
ALTER TABLE export_reject ADD COLUMN email_key TEXT;
CREATE INDEX export_reject_of_person ON export_reject (account_id, email_key);
ALTER TABLE export_preview_row ADD COLUMN email_key TEXT;
CREATE INDEX export_preview_row_of_person ON export_preview_row (account_id, email_key);
