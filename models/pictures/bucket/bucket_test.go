package bucket_test

import (
	"bytes"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"souk/models/db/dbtest"
	"souk/models/pictures/bucket"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// s3 is a store on this machine that speaks S3.
func s3(t *testing.T) (address string, requests *atomic.Int64) {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("pictures"); err != nil {
		t.Fatal(err)
	}
	requests = new(atomic.Int64)
	fake := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.StdLog(log.New(io.Discard, "", 0)))).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if !strings.HasPrefix(r.URL.Path, "/pictures") || !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256") {
			t.Errorf("%s %s isn't signed, or not for the bucket", r.Method, r.URL)
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return "s3://pictures?endpoint=" + url.QueryEscape(server.URL), requests
}

// TestBuckets is what every kind of bucket has to do.
func TestBuckets(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	store, requests := s3(t)
	folder := filepath.Join(t.TempDir(), "souk", "pictures")
	for kind, address := range map[string]string{"file": "file://" + folder, "mem": "mem://", "s3": store, "postgres": ""} {
		t.Run(kind, func(t *testing.T) {
			b := bucket.Rows(dbtest.New(t))
			if address != "" {
				var err error
				if b, err = bucket.Open(t.Context(), address); err != nil {
					t.Fatal(err)
				}
			}
			conform(t, b)
		})
	}
	if requests.Load() < 8 {
		t.Errorf("the store was asked %d times", requests.Load())
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("others may look into the folder: %v %v", info, err)
	}
}

func conform(t *testing.T, b bucket.Bucket) {
	ctx := t.Context()
	if err := b.Check(ctx); err != nil {
		t.Fatal("it can't be used:", err)
	}
	const name = "ab/abcd/full"
	if _, err := b.Read(ctx, name); !errors.Is(err, bucket.ErrMissing) {
		t.Errorf("what isn't there: %v", err)
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), 400_000) // more than S3 takes in one part
	for _, body := range [][]byte{[]byte("first"), []byte("second, in its place"), {}, large} {
		if err := b.Write(ctx, name, "image/png", body); err != nil {
			t.Fatal(err)
		}
		got, err := b.Read(ctx, name)
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes became %d: %v", len(body), len(got), err)
		}
	}
	if err := b.Write(ctx, "ab/abcd/64", "image/png", []byte("narrow")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // what isn't there any more is removed as well
		if err := b.Remove(ctx, name); err != nil {
			t.Errorf("removing: %v", err)
		}
	}
	if _, err := b.Read(ctx, name); !errors.Is(err, bucket.ErrMissing) {
		t.Errorf("what was removed: %v", err)
	}
	if got, err := b.Read(ctx, "ab/abcd/64"); err != nil || string(got) != "narrow" {
		t.Errorf("its neighbour is %q: %v", got, err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"file:///var/lib/souk/pictures", "s3://pictures?region=eu-central-1", "mem://"} {
		if err := bucket.Usable(address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for address, want := range map[string]string{
		"file://pictures/here": "from the root", "file:pictures": "from the root", "s3://": "name a bucket", "/var/lib": "must begin with",
		"gs://pictures": "must begin with", "https://pictures.example": "must begin with", "s3://a b": "no address", "": "must begin with",
	} {
		if err := bucket.Usable(address); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestABucketThatIsNotThere(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	address, _ := s3(t)
	b, err := bucket.Open(t.Context(), strings.Replace(address, "s3://pictures", "s3://pictures-elsewhere", 1))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Check(t.Context()); err == nil {
		t.Error("it can be used")
	}
}
