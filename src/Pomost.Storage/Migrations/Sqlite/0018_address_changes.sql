-- An account is found by the shop's id when its address is a new one.
CREATE INDEX contact_by_account ON contact (account_id, store_id, source_id) WHERE has_account AND from_account;

-- Addresses whose card moved to a newer address: an older order still bears the former one.
CREATE TABLE address_change (
  account_id BIGINT NOT NULL,
  store_id BIGINT NOT NULL,
  former_key TEXT NOT NULL,
  email_key TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, store_id, former_key)
);
CREATE INDEX address_change_of_person ON address_change (account_id, email_key);
