// Package bucket keeps the bytes of pictures under names: in a folder, in a store
// that speaks S3, in memory, or in Postgres where a site has nothing else. It
// knows nothing of pictures.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob" // s3://
	"gocloud.dev/gcerrors"

	"souk/models/db"
)

// ErrMissing says that nothing has that name.
var ErrMissing = errors.New("bucket: nothing has that name")

// Bucket keeps bytes under names. What is written is there for every instance
// at once; writing again replaces it, and removing what isn't there is no error.
type Bucket interface {
	// Read returns ErrMissing where nothing has that name.
	Read(ctx context.Context, name string) ([]byte, error)
	Write(ctx context.Context, name, mediaType string, bytes []byte) error
	Remove(ctx context.Context, name string) error
	// Check says whether the bucket can be used at all.
	Check(ctx context.Context) error
	Close() error
}

// Usable says what is wrong with an address, in a sentence, before it is opened.
func Usable(address string) error {
	_, err := read(address)
	return err
}

func read(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("it is no address")
	}
	switch {
	case u.Scheme == "file" && u.Host == "" && filepath.IsAbs(u.Path):
		return u, nil
	case u.Scheme == "file":
		return nil, errors.New("it must name a folder from the root, such as file:///var/lib/souk/pictures")
	case u.Scheme == "s3" && u.Host != "":
		return u, nil
	case u.Scheme == "s3":
		return nil, errors.New("it must name a bucket, such as s3://pictures?region=eu-central-1")
	case u.Scheme == "mem":
		return u, nil
	}
	return nil, errors.New("it must begin with file://, s3:// or mem://")
}

// Open opens the bucket at an address: file:///folder, s3://bucket?region=…, with
// endpoint=… for a store other than Amazon's, or mem://. It asks nobody.
func Open(ctx context.Context, address string) (Bucket, error) {
	u, err := read(address)
	if err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "file":
		return Folder(u.Path)
	case "mem":
		return &cloud{memblob.OpenBucket(nil)}, nil
	}
	b, err := blob.OpenBucket(ctx, compatible(u))
	if err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	return &cloud{b}, nil
}

// compatible asks of a store other than Amazon's no more than all of them can:
// the bucket in the path, and no check sums of Amazon's own.
func compatible(u *url.URL) string {
	q := u.Query()
	if q.Get("endpoint") != "" {
		for name, value := range map[string]string{"use_path_style": "true", "request_checksum_calculation": "when_required",
			"response_checksum_validation": "when_required", "region": "us-east-1"} {
			if !q.Has(name) {
				q.Set(name, value)
			}
		}
	}
	out := *u
	out.RawQuery = q.Encode()
	return out.String()
}

// Folder is a bucket in a folder, which is made when it isn't there. Only its
// user may look into it.
func Folder(path string) (Bucket, error) {
	b, err := fileblob.OpenBucket(path, &fileblob.Options{CreateDir: true, DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	return &cloud{b}, nil
}

// cloud is a bucket of gocloud.dev.
type cloud struct{ b *blob.Bucket }

func (c *cloud) Read(ctx context.Context, name string) ([]byte, error) {
	bytes, err := c.b.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("bucket: read: %w", err)
	}
	return bytes, nil
}

// written keeps what is sent to S3 in one piece, with little memory beside it.
const written = 5 << 20

func (c *cloud) Write(ctx context.Context, name, mediaType string, bytes []byte) error {
	err := c.b.WriteAll(ctx, name, bytes, &blob.WriterOptions{ContentType: mediaType, DisableContentTypeDetection: true,
		BufferSize: written, MaxConcurrency: 1, CacheControl: "public, max-age=31536000, immutable"})
	if err != nil {
		return fmt.Errorf("bucket: write: %w", err)
	}
	return nil
}

func (c *cloud) Remove(ctx context.Context, name string) error {
	if err := c.b.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("bucket: remove: %w", err)
	}
	return nil
}

func (c *cloud) Check(ctx context.Context) error {
	there, err := c.b.IsAccessible(ctx)
	if err != nil {
		return fmt.Errorf("bucket: %w", err)
	}
	if !there {
		return errors.New("bucket: it doesn't exist")
	}
	return nil
}

func (c *cloud) Close() error { return c.b.Close() }

// Rows is a bucket in Postgres. All instances have it without anything to set up,
// and it is in every copy of the database.
func Rows(d *db.DB) Bucket { return rows{d} }

type rows struct{ db *db.DB }

func (r rows) Read(ctx context.Context, name string) ([]byte, error) {
	var bytes []byte
	err := r.db.Pool().QueryRow(ctx, "SELECT bytes FROM picture_files WHERE key = $1", name).Scan(&bytes)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("bucket: read: %w", err)
	}
	return bytes, nil
}

func (r rows) Write(ctx context.Context, name, _ string, bytes []byte) error {
	_, err := r.db.Pool().Exec(ctx, `INSERT INTO picture_files (key, bytes) VALUES ($1, $2)
		ON CONFLICT ON CONSTRAINT picture_files_pkey DO UPDATE SET bytes = excluded.bytes`, name, bytes)
	if err != nil {
		return fmt.Errorf("bucket: write: %w", err)
	}
	return nil
}

func (r rows) Remove(ctx context.Context, name string) error {
	if _, err := r.db.Pool().Exec(ctx, "DELETE FROM picture_files WHERE key = $1", name); err != nil {
		return fmt.Errorf("bucket: remove: %w", err)
	}
	return nil
}

func (r rows) Check(ctx context.Context) error { return r.db.Pool().Ping(ctx) }

func (r rows) Close() error { return nil }

// IsRows reports whether a bucket is the one in Postgres.
func IsRows(b Bucket) bool {
	_, is := b.(rows)
	return is
}
