-- Writes into the shop that a dry run found would follow.
ALTER TABLE export_run ADD COLUMN shop_writes bigint NOT NULL DEFAULT 0;
