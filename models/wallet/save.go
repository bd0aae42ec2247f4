package wallet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"souk/models"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/jobs"
)

// Beginning is a wish to save a payment method.
type Beginning struct {
	Account  string // login; "": the actor's own
	Listing  string // slug: for its seller; "": for any, where the gateway can do that
	ReturnTo string // path of this site
	Language string
	Back     func(id int64) (returned, left string) // paths to come back to, with a method and without
}

// stale is when a payment method that nobody finished saving is forgotten, and
// hourly how many an account may begin to save within an hour.
const (
	stale  = 7 * 24 * time.Hour
	hourly = 20
)

// target is the seller that a payment method is for, and where it is saved.
type target struct {
	gateway  models.GatewayName
	seller   gateway.Account
	alone    bool // it works for that seller alone
	currency string
}

// Begin leads to the gateway's page on which a payment method is saved. It returns
// ErrNotFound where the account or the listing isn't there, ErrMethodNowhere without
// a listing where methods belong to sellers, ErrSellerNotReady, ErrTooManyTries and
// ErrGatewayDown.
func (s *Service) Begin(ctx context.Context, actor models.Actor, in Beginning) (string, error) {
	a, err := s.payer(ctx, actor, in.Account)
	if err != nil {
		return "", err
	}
	t, err := s.target(ctx, in.Listing)
	if err != nil {
		return "", err
	}
	id, profile, err := s.reserve(ctx, actor, a, t, in.ReturnTo)
	if err != nil {
		return "", err
	}
	returned, left := in.Back(id)
	made, err := s.gateways[t.gateway].Setup(ctx, gateway.SetupRequest{Key: s.key(id), Seller: t.seller, BuyerID: a.ID, Name: profile.Name,
		Mail: profile.Mail, Language: in.Language, Currency: t.currency, ReturnURL: s.site.Base + returned, CancelURL: s.site.Base + left})
	if err != nil {
		return "", models.ErrGatewayDown.Because(err)
	}
	if _, err := s.db.Pool().Exec(ctx, `UPDATE payment_methods SET setup = $2 WHERE id = $1 AND setup = ''`, id, made.ID); err != nil {
		return "", fmt.Errorf("wallet: begin: %w", err)
	}
	return made.URL, nil
}

// key makes a setup once at a gateway, which other sites may use too.
func (s *Service) key(id int64) string {
	return "souk-method-" + s.site.Base + "-" + strconv.FormatInt(id, 10)
}

// target is where a method for the seller of a listing is saved.
func (s *Service) target(ctx context.Context, slug string) (*target, error) {
	if slug == "" {
		if _, ok := s.gateways[models.GatewayTest]; ok && s.site.Development {
			return &target{gateway: models.GatewayTest}, nil
		}
		return nil, models.ErrMethodNowhere
	}
	if strings.ContainsRune(slug, 0) || strings.ToValidUTF8(slug, "") != slug {
		return nil, models.ErrNotFound
	}
	var t target
	var ready bool
	err := s.db.Pool().QueryRow(ctx, `SELECT coalesce(e.gateway, ''), coalesce(e.account_id, 0), coalesce(e.gateway_account, ''), coalesce(e.ready, false),
			coalesce((SELECT n.currency FROM plans n WHERE n.listing_id = l.id AND n.kind <> 'free' AND n.currency <> '' ORDER BY n.number LIMIT 1), '')
		FROM listings l JOIN apps p ON p.id = l.app_id LEFT JOIN accounts o ON o.id = p.account_id LEFT JOIN sellers e ON e.account_id = p.account_id
		WHERE l.slug = $1 AND (l.public OR l.state = 'unlisted' AND o.suspended_at IS NULL)`, slug).
		Scan(&t.gateway, &t.seller.SellerID, &t.seller.Reference, &ready, &t.currency)
	if found, err := db.Found(err); err != nil {
		return nil, fmt.Errorf("wallet: seller: %w", err)
	} else if !found {
		return nil, models.ErrNotFound
	}
	if _, ok := s.gateways[t.gateway]; !ok || !ready {
		return nil, models.ErrSellerNotReady
	}
	t.alone = t.gateway != models.GatewayTest
	return &t, nil
}

// reserve writes down that a method is being saved, before the gateway is asked.
func (s *Service) reserve(ctx context.Context, actor models.Actor, a *Account, t *target, returnTo string) (id int64, p models.BillingProfile, err error) {
	err = s.db.Tx(ctx, func(tx *db.Tx) error {
		now := s.now()
		var begun int
		// The account's row keeps its beginnings in a line.
		err := tx.Pgx.QueryRow(ctx, `WITH mine AS (SELECT id FROM accounts WHERE id = $1 FOR UPDATE),
				old AS (DELETE FROM payment_methods WHERE account_id = $1 AND state = 'pending' AND created_at < $2)
			SELECT count(*) FROM payment_methods m JOIN mine ON mine.id = m.account_id WHERE m.state IN ('pending', 'failed') AND m.created_at > $3`,
			a.ID, now.Add(-stale), now.Add(-time.Hour)).Scan(&begun)
		if err != nil {
			return fmt.Errorf("wallet: begin: %w", err)
		}
		if begun >= hourly {
			return models.ErrTooManyTries
		}
		var seller *int64
		if t.alone {
			seller = &t.seller.SellerID
		}
		err = tx.Pgx.QueryRow(ctx, `INSERT INTO payment_methods (account_id, seller_id, gateway, state, return_to, creator_id, created_at)
			VALUES ($1, $2, $3, 'pending', $4, $5, $6) RETURNING id`, a.ID, seller, t.gateway, returnTo, actor.UserID, now).Scan(&id)
		if err != nil {
			return fmt.Errorf("wallet: begin: %w", err)
		}
		p, _, err = profileOf(ctx, tx.Pgx, a.ID, actor.UserID)
		return err
	})
	return id, p, err
}

// Finished is what came of a page of the gateway's.
type Finished struct {
	State        models.PaymentMethodState
	ReturnTo     string
	Organization string // login; "" for a person
}

// Finish asks the gateway what came of the page that somebody comes back from. A
// method that is pending is still on its way.
func (s *Service) Finish(ctx context.Context, actor models.Actor, id int64) (*Finished, error) {
	m, err := one(ctx, s.db.Pool(), id, false)
	if err != nil {
		return nil, err
	}
	if err := hidden(actor.MaySeeBilling(m.AccountID)); err != nil {
		return nil, err
	}
	state, err := s.settle(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	f := &Finished{State: state, ReturnTo: m.ReturnTo}
	if m.Kind == models.KindOrganization {
		f.Organization = m.Login
	}
	return f, nil
}

// hidden makes what isn't the actor's something that isn't there.
func hidden(err error) error {
	if errors.Is(err, models.ErrForbidden) {
		return models.ErrNotFound
	}
	return err
}

// settle records what came of a setup. Whoever comes second finds it recorded.
func (s *Service) settle(ctx context.Context, actor models.Actor, id int64) (models.PaymentMethodState, error) {
	m, err := one(ctx, s.db.Pool(), id, false)
	if err != nil || m.State != models.MethodPending || m.Setup == "" {
		return stateOf(m), err
	}
	g, ok := s.gateways[m.Gateway]
	if !ok {
		return m.State, nil
	}
	found, err := g.Method(ctx, m.Seller, m.Setup)
	if err != nil {
		return "", models.ErrGatewayDown.Because(err)
	}
	if found.Pending {
		return models.MethodPending, nil
	}
	err = s.db.Tx(ctx, func(tx *db.Tx) (err error) {
		if m, err = one(ctx, tx.Pgx, id, true); err != nil || m.State != models.MethodPending {
			return err
		}
		if found.Failed {
			m.State = models.MethodFailed
			return s.keep(ctx, tx, m)
		}
		m.State, m.Reference, m.PaymentMethod.Kind, m.Brand, m.Last4 = models.MethodActive, found.Reference, found.Kind, found.Brand, found.Last4
		m.Expires, m.Fingerprint = found.Expires, found.Fingerprint
		if err := s.keep(ctx, tx, m); err != nil {
			return err
		}
		if err := s.replace(ctx, tx, m); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "payment_method.add", m)
	})
	return stateOf(m), err
}

func stateOf(m *row) models.PaymentMethodState {
	if m == nil {
		return ""
	}
	return m.State
}

func (s *Service) keep(ctx context.Context, tx *db.Tx, m *row) error {
	_, err := tx.Pgx.Exec(ctx, `UPDATE payment_methods SET state = $2, reference = $3, kind = $4, brand = $5, last4 = $6, expires = $7, fingerprint = $8
		WHERE id = $1`, m.ID, m.State, m.Reference, m.PaymentMethod.Kind, m.Brand, m.Last4, m.Expires, m.Fingerprint)
	if err != nil {
		return fmt.Errorf("wallet: save: %w", err)
	}
	return nil
}

// replace removes the same card, saved before, unless something is paid with it.
func (s *Service) replace(ctx context.Context, tx *db.Tx, m *row) error {
	if m.Fingerprint == "" {
		return nil
	}
	rows, err := tx.Pgx.Query(ctx, `UPDATE payment_methods o SET state = 'removed' WHERE o.account_id = $1 AND o.id <> $2 AND o.state = 'active' AND o.gateway = $3
			AND o.fingerprint = $4 AND o.seller_id IS NOT DISTINCT FROM $5
			AND NOT EXISTS (SELECT FROM subscriptions u WHERE u.payment_method_id = o.id AND u.state <> 'ended') RETURNING o.id`,
		m.AccountID, m.ID, m.Gateway, m.Fingerprint, m.SellerID)
	if err != nil {
		return fmt.Errorf("wallet: replace: %w", err)
	}
	gone, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return fmt.Errorf("wallet: replace: %w", err)
	}
	for _, id := range gone {
		if err := s.queue.Enqueue(ctx, tx, jobs.ForgetMethod{ID: id}); err != nil {
			return err
		}
	}
	return nil
}
