-- Keys to /api/v1. The key itself is kept nowhere, only its SHA-256.
CREATE TABLE api_key (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  account_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  key_hash TEXT NOT NULL,
  may_write BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX api_key_by_hash ON api_key (key_hash);
