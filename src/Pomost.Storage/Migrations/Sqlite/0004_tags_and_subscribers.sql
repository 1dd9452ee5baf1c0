-- The shop's own tags at the destination, and the tags of SALESmanago that were written into the shop.
ALTER TABLE contact ADD COLUMN own_tags TEXT;
ALTER TABLE contact ADD COLUMN written_tags TEXT;

-- Who stands on the shop's list of subscribers without account, and when that was last seen.
CREATE TABLE subscriber_seen (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  email_key TEXT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, email_key)
);

-- Subscribers who vanished from that list without saying so: a person decides what it means.
CREATE TABLE consent_removal (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  email_key TEXT NOT NULL,
  found_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  decided_at BIGINT,
  PRIMARY KEY (account_id, store_id, email_key)
);

-- Files of earlier subscribers, line by line, until their import is done.
CREATE TABLE subscriber_file (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  header TEXT NOT NULL,
  line_count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT
);

CREATE TABLE subscriber_line (
  account_id BIGINT NOT NULL,
  file_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  cells TEXT NOT NULL,
  PRIMARY KEY (account_id, file_id, line)
);
