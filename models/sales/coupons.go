package sales

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/apps"
	"souk/models/audit"
	"souk/models/db"
)

// Coupons are those of a listing, with what they may be for.
type Coupons struct {
	Desk  *Desk
	Items []models.Coupon // those that can be redeemed first, then the newest
	Total int64
	Plans []models.Plan // that are paid for
}

const couponJSON = `json_build_object('ID', c.id, 'ListingID', c.listing_id, 'Code', c.code, 'Percent', c.percent, 'Minor', c.minor, 'Currency', c.currency,
	'Periods', c.periods, 'PlanID', c.plan_id, 'MaxRedemptions', c.max_redemptions, 'Redemptions', c.redemptions, 'ExpiresAt', c.expires_at,
	'RetiredAt', c.retired_at, 'CreatedAt', c.created_at)`

// Coupons lists a listing's coupons, to whoever may see its sales.
func (s *Service) Coupons(ctx context.Context, actor models.Actor, slug string, page int) (*Coupons, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, err
	}
	v := &Coupons{Desk: d}
	var b book
	var items, plans string
	err = s.db.Pool().QueryRow(ctx, `SELECT (SELECT count(*) FROM coupons WHERE listing_id = $1), (SELECT coalesce(json_agg(`+couponJSON+` ORDER BY c.retired_at IS NOT NULL, c.id DESC), '[]')
		FROM (SELECT * FROM coupons WHERE listing_id = $1 ORDER BY retired_at IS NOT NULL, id DESC LIMIT $2 OFFSET $3) c), `+bookSQL,
		d.ListingID, PerPage, (max(page, 1)-1)*PerPage).Scan(&v.Total, &items, &plans)
	if err != nil {
		return nil, fmt.Errorf("sales: coupons: %w", err)
	}
	if err := errors.Join(decode(items, &v.Items), decode(plans, &b)); err != nil {
		return nil, err
	}
	for _, p := range b.list() {
		if !p.Free() {
			v.Plans = append(v.Plans, p)
		}
	}
	return v, paged(page, v.Total)
}

// change runs do for a listing whose sales the actor may change; the row of its app
// is locked.
func (s *Service) change(ctx context.Context, actor models.Actor, slug string, do func(*db.Tx, *apps.Standing) error) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		st, err := apps.OfListing(ctx, tx.Pgx, actor, slug, true)
		if err != nil {
			return err
		}
		if err := actor.MaySell(st.Rights()); err != nil {
			return err
		}
		return do(tx, st)
	})
}

// CreateCoupon makes a coupon. It returns what Coupon.Check does, ErrCouponTaken for a
// code that the listing has had before, ErrCouponFor for a plan that isn't its own,
// and ErrTooManyCoupons.
func (s *Service) CreateCoupon(ctx context.Context, actor models.Actor, slug string, c models.Coupon) error {
	err := s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		c.Code = models.CouponCode(c.Code)
		if err := c.Check(s.now()); err != nil {
			return err
		}
		var open int
		var known bool
		err := tx.Pgx.QueryRow(ctx, `SELECT (SELECT count(*) FROM coupons WHERE listing_id = $1 AND retired_at IS NULL),
			$2::bigint IS NULL OR EXISTS (SELECT FROM plans WHERE id = $2 AND listing_id = $1 AND kind <> 'free' AND state <> 'draft')`, st.ListingID, c.PlanID).Scan(&open, &known)
		switch {
		case err != nil:
			return fmt.Errorf("sales: coupon: %w", err)
		case !known:
			return models.ErrCouponFor
		case open >= models.MaxCoupons:
			return models.ErrTooManyCoupons
		}
		err = tx.Pgx.QueryRow(ctx, `INSERT INTO coupons (listing_id, code, percent, minor, currency, periods, plan_id, max_redemptions, expires_at, creator_id, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10::bigint, 0), $11) RETURNING id`, st.ListingID, c.Code, c.Percent, c.Minor, c.Currency, c.Periods, c.PlanID,
			c.MaxRedemptions, c.ExpiresAt, actor.UserID, s.now()).Scan(&c.ID)
		if err != nil {
			return fmt.Errorf("sales: coupon: %w", err)
		}
		return recordCoupon(ctx, tx, actor, st, "coupon.create", &c)
	})
	if db.Violates(err, "coupons_code_key") {
		return models.ErrCouponTaken.Because(err)
	}
	return err
}

// RetireCoupon ends a coupon: nobody can redeem it any more, and whoever has keeps
// what it gives. One that is retired stays so. It returns ErrNotFound.
func (s *Service) RetireCoupon(ctx context.Context, actor models.Actor, slug string, id int64) error {
	return s.change(ctx, actor, slug, func(tx *db.Tx, st *apps.Standing) error {
		var retired bool
		c := models.Coupon{ID: id}
		err := tx.Pgx.QueryRow(ctx, `SELECT code, retired_at IS NOT NULL, redemptions FROM coupons WHERE id = $1 AND listing_id = $2 FOR UPDATE`, id, st.ListingID).
			Scan(&c.Code, &retired, &c.Redemptions)
		if errors.Is(err, pgx.ErrNoRows) {
			return models.ErrNotFound
		}
		if err != nil || retired {
			return err
		}
		if _, err := tx.Pgx.Exec(ctx, `UPDATE coupons SET retired_at = $2 WHERE id = $1`, id, s.now()); err != nil {
			return fmt.Errorf("sales: coupon: %w", err)
		}
		return recordCoupon(ctx, tx, actor, st, "coupon.retire", &c)
	})
}

func recordCoupon(ctx context.Context, tx *db.Tx, actor models.Actor, st *apps.Standing, action models.AuditAction, c *models.Coupon) error {
	after := map[string]any{"listing": st.ListingSlug}
	if action == "coupon.create" {
		after["percent"], after["minor"], after["currency"], after["periods"] = c.Percent, c.Minor, c.Currency, c.Periods
	} else {
		after["redemptions"] = c.Redemptions
	}
	return audit.Record(ctx, tx, actor, models.AuditEvent{Action: action, AccountID: st.AccountID, TargetKind: "coupon", TargetID: &c.ID, TargetName: c.Code, After: after})
}

// Coupon is one coupon of a listing, for the page that asks before it is retired.
func (s *Service) Coupon(ctx context.Context, actor models.Actor, slug string, id int64) (*Desk, *models.Coupon, error) {
	d, err := s.desk(ctx, actor, slug)
	if err != nil {
		return nil, nil, err
	}
	if err := actor.MaySell(d.Rights()); err != nil {
		return nil, nil, err
	}
	var text string
	err = s.db.Pool().QueryRow(ctx, `SELECT `+couponJSON+` FROM coupons c WHERE c.id = $1 AND c.listing_id = $2`, id, d.ListingID).Scan(&text)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil, models.ErrNotFound
	}
	if err != nil {
		return nil, nil, fmt.Errorf("sales: coupon: %w", err)
	}
	var c models.Coupon
	return d, &c, decode(text, &c)
}
