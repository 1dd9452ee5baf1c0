-- What a shop's record said of each channel, with the value from before and our own writing (JSON).
ALTER TABLE contact ADD COLUMN email_memory text;
ALTER TABLE contact ADD COLUMN sms_memory text;

-- When an export last sent the contact, and when a card's opt-out held against a consent of the shop.
ALTER TABLE contact ADD COLUMN exported_at bigint;
ALTER TABLE contact ADD COLUMN held_at bigint;
CREATE INDEX contact_held ON contact (account_id, store_id) WHERE held_at IS NOT NULL;

-- Field of the shop that shows another value than was written there.
ALTER TABLE write_back ADD COLUMN put_back_field text;

-- Contacts of the run that are sent without a consent, because their card is opted out.
ALTER TABLE export_run ADD COLUMN held bigint NOT NULL DEFAULT 0;

-- When the order was first read: a consent in it was given no later.
ALTER TABLE shop_order ADD COLUMN first_read_at bigint;
