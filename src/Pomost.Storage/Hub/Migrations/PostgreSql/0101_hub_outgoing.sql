-- What the hub owes to the outside: callbacks and mails that ask for a confirmation.

CREATE TABLE hub_callback (
  account_id BIGINT NOT NULL PRIMARY KEY REFERENCES hub_account,
  opt_in_url TEXT, -- encrypted: the address holds a secret
  opt_out_url TEXT
);

-- One callback and one mail of a person at a time: the newest is what counts. The address is read from the card when it is sent.
CREATE TABLE hub_outgoing (
  account_id BIGINT NOT NULL,
  contact_id TEXT COLLATE "C" NOT NULL,
  is_mail BOOLEAN NOT NULL,
  outgoing_id TEXT COLLATE "C" NOT NULL,
  kind BIGINT NOT NULL, -- 0 opt-in callback, 1 opt-out callback, 2 mail
  attempts BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL,
  dead BOOLEAN NOT NULL DEFAULT false,
  problem TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, contact_id, is_mail)
);
CREATE INDEX hub_outgoing_due ON hub_outgoing (due_at) WHERE NOT dead;
