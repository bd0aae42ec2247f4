package main

import (
	"context"
	"path/filepath"
	"time"

	"souk/models/pictures/bucket"
)

// keepPictures says where pictures are kept: where the operator wants them, or
// beside Souk's own Postgres. With a database of the operator's they are in it,
// unless told otherwise: that is the one place that every instance has.
func (a *App) keepPictures(ctx context.Context, cfg Config) (err error) {
	switch {
	case cfg.BlobURL != "":
		a.bucket, err = bucket.Open(ctx, cfg.BlobURL)
	case cfg.DatabaseURL == "":
		a.bucket, err = bucket.Folder(filepath.Join(cfg.DataDir, "pictures"))
	default:
		return nil
	}
	if err != nil {
		return usageError("pictures can't be kept where SOUK_BLOB_URL or SOUK_DATA_DIR says: " + err.Error())
	}
	a.verbs.Pictures.KeepIn(a.bucket)
	go a.tryBucket(context.WithoutCancel(ctx))
	return nil
}

// tryBucket warns of a bucket that doesn't answer. Pages do without it, so that
// nothing waits for that.
func (a *App) tryBucket(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := a.bucket.Check(ctx); err != nil {
		a.log.Warn("the bucket of SOUK_BLOB_URL doesn't answer; pictures are missing until it does", "error", err)
	}
}
