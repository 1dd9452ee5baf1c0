-- Product catalogues of API v3.

CREATE TABLE hub_catalogue (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  catalogue_id TEXT NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  location TEXT NOT NULL,
  is_default BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, catalogue_id)
);

CREATE TABLE hub_product (
  account_id BIGINT NOT NULL,
  catalogue_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  is_shown BOOLEAN NOT NULL, -- active and available
  card TEXT NOT NULL, -- JSON: everything the protocol says of a product
  created_at BIGINT NOT NULL,
  modified_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, catalogue_id, product_id)
);
