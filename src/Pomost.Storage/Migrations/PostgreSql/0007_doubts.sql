-- When a write into the shop, or a sending that carries a consent, was first begun: until it is settled nobody knows whether it was done.
ALTER TABLE write_back ADD COLUMN begun_at BIGINT;
ALTER TABLE delivery ADD COLUMN sent_at BIGINT;
