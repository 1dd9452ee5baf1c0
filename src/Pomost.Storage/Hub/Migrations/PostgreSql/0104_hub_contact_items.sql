-- What the hub keeps of a contact besides card, tags and events, and the collections of its product catalogues.

-- Addresses that a card had before; an address that a card has now is never among them.
CREATE TABLE hub_former_email (
  account_id BIGINT NOT NULL,
  email_key TEXT COLLATE "C" NOT NULL,
  contact_id TEXT COLLATE "C" NOT NULL,
  left_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, email_key)
);
CREATE INDEX hub_former_email_contact ON hub_former_email (account_id, contact_id);

-- Notes, tasks and coupons; the key is an id, or a coupon's code.
CREATE TABLE hub_contact_item (
  account_id BIGINT NOT NULL,
  kind BIGINT NOT NULL, -- 0 note, 1 task, 2 coupon
  item_key TEXT COLLATE "C" NOT NULL,
  contact_id TEXT COLLATE "C" NOT NULL,
  content TEXT NOT NULL, -- JSON
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, kind, item_key)
);
CREATE INDEX hub_contact_item_contact ON hub_contact_item (account_id, contact_id, kind);

CREATE TABLE hub_collection (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  collection_id TEXT COLLATE "C" NOT NULL,
  catalogue_id TEXT COLLATE "C",
  name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, collection_id)
);

CREATE TABLE hub_collection_product (
  account_id BIGINT NOT NULL,
  collection_id TEXT COLLATE "C" NOT NULL,
  contact_id TEXT COLLATE "C" NOT NULL,
  product_id TEXT COLLATE "C" NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, collection_id, contact_id, product_id)
);
CREATE INDEX hub_collection_product_contact ON hub_collection_product (account_id, contact_id);
