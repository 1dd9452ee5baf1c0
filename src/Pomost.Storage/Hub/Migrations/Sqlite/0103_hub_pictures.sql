-- Logos that accounts uploaded.
CREATE TABLE hub_picture (
  account_id BIGINT NOT NULL REFERENCES hub_account,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  content BLOB NOT NULL,
  uploaded_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, name)
);
CREATE INDEX hub_picture_by_name ON hub_picture (name);
