-- What the shop said when it was last read, by channel: an undated state that differs from it was changed in the shop. Null = not yet seen.
ALTER TABLE contact ADD COLUMN seen_email_state TEXT;
ALTER TABLE contact ADD COLUMN seen_sms_state TEXT;
-- The same for the card at SALESmanago.
ALTER TABLE contact ADD COLUMN card_email_state TEXT;
ALTER TABLE contact ADD COLUMN card_sms_state TEXT;

-- People whose card at SALESmanago is to be read again, and why. A row is a hint: what the card says decides.
CREATE TABLE card_hint (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  email_key TEXT NOT NULL,
  source TEXT NOT NULL,
  claimed_state TEXT,
  received_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  not_before BIGINT NOT NULL
);
CREATE INDEX card_hint_by_store ON card_hint (account_id, store_id, id);

-- How far SALESmanago's list of changed contacts was read.
CREATE TABLE destination_cursor (
  account_id BIGINT NOT NULL,
  destination_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, destination_id, name)
);

-- What is owed to the shop. The newest of a kind replaces older ones that still wait.
CREATE TABLE write_back (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  email_key TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  not_before BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  problem TEXT
);
CREATE INDEX write_back_by_store ON write_back (account_id, store_id, id) WHERE state = 'Pending';
CREATE INDEX write_back_of_person ON write_back (account_id, store_id, email_key);

-- Where SALESmanago reports opt-ins and opt-outs. Store 0 = every store of the account that knows the person.
CREATE TABLE callback_address (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  token TEXT NOT NULL,
  protected_secret TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id)
);
CREATE UNIQUE INDEX callback_address_by_token ON callback_address (token);

-- Callbacks counted by hour and outcome: nothing of the person is kept.
CREATE TABLE callback_count (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  count BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, hour, outcome)
);
