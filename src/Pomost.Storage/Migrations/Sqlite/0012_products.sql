-- The shop's products as they are wanted at the destination; a row is owed until the destination has what it says.
CREATE TABLE product (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  source_id TEXT NOT NULL,
  data TEXT NOT NULL,
  wanted_hash TEXT NOT NULL,
  sent_hash TEXT, -- what the destination has; NULL = nothing, or nobody knows
  outcome TEXT NOT NULL,
  lane BIGINT NOT NULL, -- 0 changed in the shop just now, 1 found by reading everything
  is_gone BOOLEAN NOT NULL,
  problem TEXT,
  attempts INTEGER NOT NULL,
  not_before BIGINT NOT NULL,
  queued_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  settled_at BIGINT
);
CREATE UNIQUE INDEX product_by_source ON product (account_id, store_id, source_id);
CREATE INDEX product_owed ON product (account_id, store_id, lane, queued_at, id) WHERE outcome = 'Queued';
CREATE INDEX product_refused ON product (account_id, store_id) WHERE outcome = 'Rejected';
CREATE INDEX product_seen ON product (account_id, store_id, seen_at) WHERE NOT is_gone;

-- Where a store's products stand at its destination.
CREATE TABLE product_route (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  destination_id BIGINT NOT NULL,
  catalogue_id TEXT,
  problem TEXT, -- what must be mended before products are sent
  shop_problem TEXT, -- what must be mended before they are read
  PRIMARY KEY (account_id, store_id)
);
