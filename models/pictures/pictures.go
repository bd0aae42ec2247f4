// Package pictures takes in uploaded pictures: tells by content what they are, refuses
// what is hostile, writes them anew in several sizes and keeps them in a bucket.
// The table images says what there is; the bytes are under names made of their
// hash, so that serving one asks no database.
package pictures

import (
	"context"
	"runtime/debug"
	"time"

	"souk/models"
	"souk/models/db"
	"souk/models/drafts"
	"souk/models/identity"
	"souk/models/pictures/bucket"
)

// Service holds the verbs.
type Service struct {
	db       *db.DB
	bucket   bucket.Bucket
	drafts   *drafts.Service
	identity *identity.Service
	now      func() time.Time

	arriving chan struct{} // files that are being received
	decoding chan struct{} // pictures that are being decoded
}

// receivers is how many files may be held at once while they come in.
const receivers = 3

// New makes a Service that keeps pictures in Postgres.
func New(d *db.DB, dr *drafts.Service, id *identity.Service, now func() time.Time) *Service {
	return &Service{db: d, bucket: bucket.Rows(d), drafts: dr, identity: id, now: now,
		arriving: make(chan struct{}, receivers), decoding: make(chan struct{}, 1)}
}

// KeepIn says where pictures are kept instead, before the service is used.
func (s *Service) KeepIn(b bucket.Bucket) { s.bucket = b }

// patience is how long one waits for a turn.
const patience = 20 * time.Second

// Receive waits until a file may come in, so that many at once don't fill the
// memory; done is to be called once it has been dealt with. It returns
// ErrPictureBusy.
func (s *Service) Receive(ctx context.Context) (done func(), err error) {
	return wait(ctx, s.arriving)
}

func wait(ctx context.Context, turns chan struct{}) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case turns <- struct{}{}:
		return func() { <-turns }, nil
	case <-ctx.Done():
		return nil, models.ErrPictureBusy.Because(ctx.Err())
	}
}

// large is the cost of decoding from which its memory is given back at once.
const large = 8 << 20

// alone runs what decodes a picture when no other is being decoded.
func (s *Service) alone(ctx context.Context, decode func() (cost int, err error)) error {
	done, err := wait(ctx, s.decoding)
	if err != nil {
		return err
	}
	defer done()
	cost, err := decode()
	if cost > large {
		debug.FreeOSMemory()
	}
	return err
}
