package pictures

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"souk/models"
	"souk/models/jobs"
	"souk/models/pictures/bucket"
	"souk/models/raster"
)

// unused is how long a picture is kept that nobody shows: since it was last
// sent.
const unused = 7 * 24 * time.Hour

// AddWorkers adds the worker of jobs.TendPictures.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &tendWorker{pictures: s})
}

// PeriodicJobs are the jobs that must run now and then. A tick that was missed
// is made up for by the next.
func PeriodicJobs() []*river.PeriodicJob {
	const every = 6 * time.Hour
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return jobs.TendPictures{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every / 2}, MaxAttempts: 3}
		}, &river.PeriodicJobOpts{RunOnStart: true})}
}

type tendWorker struct {
	river.WorkerDefaults[jobs.TendPictures]
	pictures *Service
}

// Timeout leaves time for a first move of many pictures.
func (w *tendWorker) Timeout(*river.Job[jobs.TendPictures]) time.Duration { return 30 * time.Minute }

func (w *tendWorker) Work(ctx context.Context, _ *river.Job[jobs.TendPictures]) error {
	return w.pictures.Tend(ctx)
}

// Tend moves pictures that the database holds into the bucket, and removes those
// that nobody shows any more.
func (s *Service) Tend(ctx context.Context) error {
	if err := s.Move(ctx); err != nil {
		return err
	}
	if !bucket.IsRows(s.bucket) {
		if err := s.empty(ctx); err != nil {
			return err
		}
	}
	return s.clean(ctx)
}

// Move moves the bytes of pictures, one by one, from their rows into the bucket.
func (s *Service) Move(ctx context.Context) error {
	for after := ""; ; {
		var img models.Image
		err := s.db.Pool().QueryRow(ctx, `SELECT hash, media_type, bytes FROM images WHERE bytes IS NOT NULL AND hash > $1 ORDER BY hash LIMIT 1`, after).
			Scan(&img.Hash, &img.MediaType, &img.Bytes)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("pictures: move: %w", err)
		}
		after = img.Hash
		if !isHash(img.Hash) {
			continue
		}
		if err := s.holding(ctx, img.Hash, func() error { return s.move(ctx, img) }); err != nil {
			return err
		}
	}
}

func (s *Service) move(ctx context.Context, img models.Image) error {
	if err := s.bucket.Write(ctx, nameOf(img.Hash, 0), img.MediaType, img.Bytes); err != nil {
		return err
	}
	err := s.alone(ctx, func() (int, error) {
		r, err := raster.Again(img.Bytes)
		if err != nil {
			return large, nil // it is as it is
		}
		picture := r.Within(512)
		img.Phash, img.Luminance = raster.Look(picture), raster.Luminance(picture)
		return r.Cost, nil
	})
	if err != nil {
		return err
	}
	_, err = s.db.Pool().Exec(ctx, `UPDATE images SET bytes = NULL, size = $2, phash = coalesce(phash, $3), luminance = coalesce(luminance, $4) WHERE hash = $1`,
		img.Hash, len(img.Bytes), img.Phash, img.Luminance)
	if err != nil {
		return fmt.Errorf("pictures: move: %w", err)
	}
	return nil
}

// empty moves what was kept in Postgres before another bucket was configured.
func (s *Service) empty(ctx context.Context) error {
	rows := bucket.Rows(s.db)
	for {
		var name string
		var bytes []byte
		err := s.db.Pool().QueryRow(ctx, `SELECT key, bytes FROM picture_files ORDER BY key LIMIT 1`).Scan(&name, &bytes)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("pictures: move: %w", err)
		}
		if err := s.bucket.Write(ctx, name, raster.MediaType(bytes), bytes); err != nil {
			return err
		}
		if err := rows.Remove(ctx, name); err != nil {
			return err
		}
	}
}

// batch is how many pictures are looked for at once.
const batch = 500

// clean removes pictures that no app, listing, draft, submission or revision
// names, some days after they were last sent.
func (s *Service) clean(ctx context.Context) error {
	before := s.now().Add(-unused)
	for {
		hashes, err := s.unused(ctx, before)
		if err != nil {
			return err
		}
		for _, hash := range hashes {
			if err := s.holding(ctx, hash, func() error { return s.remove(ctx, hash, before) }); err != nil {
				return err
			}
		}
		if len(hashes) < batch {
			return nil
		}
	}
}

// unused looks for pictures that nobody shows. What drafts and revisions name is
// read only when there is a picture that might go.
func (s *Service) unused(ctx context.Context, before time.Time) ([]string, error) {
	rows, err := s.db.Pool().Query(ctx, `WITH idle AS MATERIALIZED (
			SELECT hash FROM images i WHERE used_at < $1
				AND NOT EXISTS (SELECT FROM screenshots s WHERE s.image_hash = i.hash)
				AND NOT EXISTS (SELECT FROM apps a WHERE a.logo_hash = i.hash)
				AND NOT EXISTS (SELECT FROM listings l WHERE l.logo_hash = i.hash OR l.feature_hash = i.hash)),
		named AS (SELECT jsonb_path_query(content, '$.**.hash') #>> '{}' AS hash FROM (
				SELECT content FROM listing_drafts UNION ALL SELECT content FROM listing_submissions
				UNION ALL SELECT live FROM listing_submissions UNION ALL SELECT content FROM listing_revisions) t
			WHERE EXISTS (SELECT FROM idle))
		SELECT hash FROM idle WHERE hash NOT IN (SELECT hash FROM named WHERE hash IS NOT NULL) ORDER BY hash LIMIT $2`, before, batch)
	if err != nil {
		return nil, fmt.Errorf("pictures: clean: %w", err)
	}
	hashes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("pictures: clean: %w", err)
	}
	return hashes, nil
}

// remove removes the row first: what is left of the files is nothing that
// anybody finds.
func (s *Service) remove(ctx context.Context, hash string, before time.Time) error {
	tag, err := s.db.Pool().Exec(ctx, `DELETE FROM images WHERE hash = $1 AND used_at < $2`, hash, before)
	if err != nil {
		return fmt.Errorf("pictures: clean: %w", err)
	}
	if tag.RowsAffected() == 0 || !isHash(hash) {
		return nil
	}
	for _, width := range append([]int{0}, Widths()...) {
		if err := s.bucket.Remove(ctx, nameOf(hash, width)); err != nil {
			return err
		}
	}
	return nil
}
