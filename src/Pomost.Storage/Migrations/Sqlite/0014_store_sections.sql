-- Callback addresses that were replaced and still answer for a while.
CREATE TABLE callback_address_before (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  token TEXT NOT NULL,
  protected_secret TEXT NOT NULL,
  known_until BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, token)
);
CREATE UNIQUE INDEX callback_address_before_by_token ON callback_address_before (token);

-- The last call of each kind: nothing of the person is kept.
CREATE TABLE callback_last (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  claimed_state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, claimed_state)
);

-- How a store's modules look, and what became of telling SALESmanago.
CREATE TABLE store_look (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  look TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  told_at BIGINT,
  problem TEXT,
  told_logo_hash TEXT,
  told_logo TEXT,
  PRIMARY KEY (account_id, store_id)
);
CREATE TABLE store_logo (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  media_type TEXT NOT NULL,
  width BIGINT NOT NULL,
  height BIGINT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (account_id, store_id)
);

-- Modules as a person switched them here, and as SALESmanago said they are.
CREATE TABLE store_module (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  module TEXT NOT NULL,
  is_on BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  there TEXT,
  there_at BIGINT,
  problem TEXT,
  PRIMARY KEY (account_id, store_id, module)
);

-- Modules of the built-in hub, by shop. The hub's account is made by a later step, so nothing refers to it.
CREATE TABLE hub_module (
  account_id BIGINT NOT NULL,
  location TEXT NOT NULL,
  module TEXT NOT NULL,
  is_active BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, location, module)
);

-- Stores being added. What was typed is encrypted.
CREATE TABLE store_draft (
  account_id BIGINT NOT NULL,
  id TEXT NOT NULL,
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  protected_values TEXT NOT NULL,
  destination_id BIGINT,
  state_hash TEXT,
  protected_pending TEXT,
  state_until BIGINT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX store_draft_by_state ON store_draft (state_hash) WHERE state_hash IS NOT NULL;
CREATE INDEX store_draft_by_age ON store_draft (changed_at);
