-- Hash of the purchase as it was sent, and the reversing events owed or sent for it.
ALTER TABLE shop_order ADD COLUMN sent_hash TEXT;
ALTER TABLE shop_order ADD COLUMN reversals TEXT;

CREATE TABLE cart (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  source_id TEXT NOT NULL,
  email_key TEXT,
  state TEXT NOT NULL,
  code TEXT NOT NULL,
  data TEXT NOT NULL,
  modified_at BIGINT NOT NULL,
  due_at BIGINT,
  sent_hash TEXT,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX cart_by_source ON cart (account_id, store_id, source_id);
CREATE INDEX cart_by_due ON cart (account_id, store_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX cart_of_person ON cart (account_id, store_id, email_key) WHERE email_key IS NOT NULL;
