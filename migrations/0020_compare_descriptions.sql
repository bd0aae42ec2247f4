-- Whether a description was copied from another listing.
CREATE INDEX listings_description_idx ON listings (md5(description)) WHERE state IN ('published', 'unlisted');
