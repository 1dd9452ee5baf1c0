-- Nonces of pushes taken from modules in shops; a few minutes' worth.
CREATE TABLE module_nonce (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  nonce TEXT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, nonce)
);
