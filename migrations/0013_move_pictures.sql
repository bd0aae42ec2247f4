-- Pictures: what they are stands here, their bytes in a bucket (a folder, a
-- store that speaks S3, or the table below). Rows with bytes wait for being
-- moved there; until then they are served from here.
ALTER TABLE images
    ALTER COLUMN bytes DROP NOT NULL,
    ADD COLUMN phash bigint, -- how it looks, as 64 bits; models.PictureDistance compares them
    ADD COLUMN luminance double precision, -- of what is seen of it, 0 to 1
    ADD COLUMN size integer NOT NULL DEFAULT 0,
    ADD COLUMN uploader_id bigint,
    ADD COLUMN used_at timestamptz NOT NULL DEFAULT now(), -- when it was last sent; unused ones are removed some days later
    ADD CONSTRAINT images_uploader_fk FOREIGN KEY (uploader_id) REFERENCES accounts (id) ON DELETE SET NULL;
UPDATE images SET size = length(bytes), used_at = created_at;
CREATE INDEX images_used_idx ON images (used_at);
CREATE INDEX images_waiting_idx ON images (hash) WHERE bytes IS NOT NULL;
CREATE INDEX images_uploader_idx ON images (uploader_id);

-- The bucket of sites that have no other.
CREATE TABLE picture_files (
    key text NOT NULL,
    bytes bytea NOT NULL,
    CONSTRAINT picture_files_pkey PRIMARY KEY (key)
);
ALTER TABLE picture_files ALTER COLUMN bytes SET STORAGE EXTERNAL; -- pictures are compressed already

-- The clean-up asks who shows a picture.
CREATE INDEX screenshots_image_idx ON screenshots (image_hash);
