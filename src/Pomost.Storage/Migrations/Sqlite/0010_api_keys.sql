-- Keys to /api/v1. The key itself is kept nowhere, only its SHA-256.
CREATE TABLE api_key (
  id INTEGER PRIMARY KEY,
  account_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  may_write BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT
);
CREATE UNIQUE INDEX api_key_by_hash ON api_key (key_hash);
CREATE INDEX api_key_of_account ON api_key (account_id, id);
