-- Finding contacts among a million. The two orders carry what most filters ask, so that they are answered from the index alone.
DROP INDEX contact_by_change;
CREATE INDEX contact_by_change ON contact (account_id, changed_at, id, store_id, email_state, sms_state);
CREATE INDEX contact_by_store ON contact (account_id, store_id, changed_at, id, email_state, sms_state);
DROP INDEX contact_by_last_name;
CREATE INDEX contact_by_last_name ON contact (account_id, last_name_key, first_name_key) WHERE last_name_key IS NOT NULL;
DROP INDEX contact_rejected;
CREATE INDEX contact_by_outcome ON contact (account_id, outcome, code, changed_at, id, store_id) WHERE outcome <> 'Sent';
DROP INDEX shop_order_rejected;
CREATE INDEX shop_order_by_outcome ON shop_order (account_id, outcome, code, changed_at, id, store_id) WHERE outcome <> 'Sent';

-- Who has which tag, kept beside contact.wanted_tags whoever writes that.
CREATE TABLE contact_tag (
  account_id BIGINT NOT NULL,
  tag TEXT NOT NULL,
  contact_id BIGINT NOT NULL,
  PRIMARY KEY (account_id, tag, contact_id)
) WITHOUT ROWID;
INSERT INTO contact_tag (account_id, tag, contact_id)
SELECT DISTINCT c.account_id, t.value, c.id FROM contact AS c, json_each(c.wanted_tags) AS t;
CREATE TRIGGER contact_tag_of_new AFTER INSERT ON contact WHEN new.wanted_tags <> '[]'
BEGIN
  INSERT INTO contact_tag (account_id, tag, contact_id) SELECT DISTINCT new.account_id, t.value, new.id FROM json_each(new.wanted_tags) AS t;
END;
CREATE TRIGGER contact_tag_of_changed AFTER UPDATE OF wanted_tags ON contact WHEN new.wanted_tags <> old.wanted_tags
BEGIN
  DELETE FROM contact_tag WHERE account_id = old.account_id AND contact_id = old.id AND tag IN (SELECT t.value FROM json_each(old.wanted_tags) AS t);
  INSERT INTO contact_tag (account_id, tag, contact_id) SELECT DISTINCT new.account_id, t.value, new.id FROM json_each(new.wanted_tags) AS t;
END;
CREATE TRIGGER contact_tag_of_gone AFTER DELETE ON contact WHEN old.wanted_tags <> '[]'
BEGIN
  DELETE FROM contact_tag WHERE account_id = old.account_id AND contact_id = old.id AND tag IN (SELECT t.value FROM json_each(old.wanted_tags) AS t);
END;

-- What a person of the panel changed on a contact, until each store that knows the contact has carried it out.
CREATE TABLE contact_edit (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  email_key TEXT NOT NULL,
  edit TEXT NOT NULL,
  actor TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX contact_edit_by_store ON contact_edit (account_id, store_id, id);
CREATE INDEX contact_edit_of_person ON contact_edit (account_id, email_key);

-- Who stated a consent in the panel, why, and by what document. Nothing in it tells whose line it is.
ALTER TABLE consent_line ADD COLUMN actor TEXT;
ALTER TABLE consent_line ADD COLUMN reason TEXT;
ALTER TABLE consent_line ADD COLUMN document TEXT;
CREATE INDEX consent_line_by_time ON consent_line (account_id, at, channel, state) WHERE at IS NOT NULL;

-- When the shop's word that led to a delivery came; the lag is counted from here.
ALTER TABLE delivery ADD COLUMN noticed_at BIGINT;
-- Since when a store waits for the same thing.
ALTER TABLE store_pace ADD COLUMN waiting_since BIGINT;

-- What flowed, in slots of so many minutes: 5 for the last two days, 60 for the year. A lag column counts deliveries that took at most that long.
CREATE TABLE flow (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  minutes INTEGER NOT NULL,
  slot BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  retried BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  lag_1s BIGINT NOT NULL,
  lag_2s BIGINT NOT NULL,
  lag_5s BIGINT NOT NULL,
  lag_10s BIGINT NOT NULL,
  lag_30s BIGINT NOT NULL,
  lag_1m BIGINT NOT NULL,
  lag_5m BIGINT NOT NULL,
  lag_15m BIGINT NOT NULL,
  lag_1h BIGINT NOT NULL,
  lag_6h BIGINT NOT NULL,
  lag_more BIGINT NOT NULL,
  PRIMARY KEY (account_id, minutes, slot, store_id)
) WITHOUT ROWID;
INSERT INTO flow (account_id, store_id, minutes, slot, delivered, retried, refused, lag_1s, lag_2s, lag_5s, lag_10s, lag_30s, lag_1m, lag_5m, lag_15m, lag_1h, lag_6h, lag_more)
SELECT account_id, store_id, 60, hour, count, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM delivered_hour;
DROP TABLE delivered_hour;

CREATE INDEX cart_by_change ON cart (account_id, changed_at, state) WHERE state IN ('Abandoned', 'WonBack');
CREATE INDEX trace_rejected ON trace (account_id, id) WHERE outcome = 'Rejected';
