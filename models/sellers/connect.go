package sellers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"souk/models"
	"souk/models/audit"
	"souk/models/db"
	"souk/models/gateway"
	"souk/models/notices"
)

// Connect has an account be paid through a gateway. It returns the address of the
// gateway's page where the seller tells what is asked for, "" where nothing is. To
// connect again leads to that page again. It returns ErrGatewayMissing,
// ErrSellerConnected where it is another gateway's, ErrSellerDetails where the seller
// hasn't said who they are, and ErrGatewayDown. back is the path to come back to.
func (s *Service) Connect(ctx context.Context, actor models.Actor, login string, name models.GatewayName, back string) (string, error) {
	a, err := s.seller(ctx, actor, login)
	if err != nil {
		return "", err
	}
	if !s.offers(name) {
		return "", models.ErrGatewayMissing
	}
	now, err := Of(ctx, s.db.Pool(), a.ID)
	if err != nil {
		return "", err
	}
	if now.Gateway != "" && now.Gateway != name {
		return "", models.ErrSellerConnected
	}
	onboarder, asks := s.gateways[name].(gateway.Onboarder)
	if !asks {
		return "", s.attach(ctx, actor, a, name, string(name)+"_"+strconv.FormatInt(a.ID, 10), gateway.SellerAccount{Ready: true})
	}
	return s.onboard(ctx, actor, a, now, name, onboarder, back)
}

// onboard makes the seller's account at a gateway, once, and leads to its page.
func (s *Service) onboard(ctx context.Context, actor models.Actor, a *Account, v models.Seller, name models.GatewayName, g gateway.Onboarder, back string) (string, error) {
	account := v.GatewayAccount
	if account == "" {
		if !v.Named() {
			return "", models.ErrSellerDetails
		}
		var err error
		if account, err = g.Open(ctx, s.key(v), v); err != nil {
			return "", models.ErrGatewayDown.Because(err)
		}
		if err = s.attach(ctx, actor, a, name, account, gateway.SellerAccount{Requirements: []string{"details"}}); err != nil {
			return "", err
		}
	}
	page, err := g.Onboard(ctx, account, s.site.Base+back+"?returned=1", s.site.Base+back+"?refresh=1")
	if err != nil {
		return "", models.ErrGatewayDown.Because(err)
	}
	return page, nil
}

// key makes an account at a gateway once, however often it is asked for.
func (s *Service) key(v models.Seller) string {
	sum := sha256.Sum256([]byte(s.site.Base + "\x00" + v.LegalName + "\x00" + v.Mail + "\x00" + v.Address.Country))
	return "souk-seller-" + strconv.FormatInt(v.AccountID, 10) + "-" + hex.EncodeToString(sum[:8])
}

// attach records a seller's account at a gateway, unless somebody else was quicker.
func (s *Service) attach(ctx context.Context, actor models.Actor, a *Account, name models.GatewayName, account string, st gateway.SellerAccount) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		v, err := s.lock(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if v.Gateway == name && v.GatewayAccount != "" {
			return nil
		}
		if v.Gateway != "" && v.Gateway != name {
			return models.ErrSellerConnected
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE sellers SET gateway = $2, gateway_account = $3, ready = $4, requirements = $5, updated_at = $6,
				legal_name = CASE WHEN legal_name = '' THEN $7 ELSE legal_name END, mail = CASE WHEN mail = '' THEN $8 ELSE mail END
			WHERE account_id = $1`, a.ID, name, account, st.Ready, list(st.Requirements), s.now(), a.DisplayName(), a.Mail)
		if err != nil {
			return fmt.Errorf("sellers: connect: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "seller.connect", AccountID: &a.ID, TargetKind: "gateway",
			TargetName: string(name), After: map[string]any{"account": account}})
	})
}

// list is never null, as a column wants it.
func list(codes []string) []string {
	if codes == nil {
		return []string{}
	}
	return codes
}

// Refresh asks the gateway where a seller stands. It returns ErrGatewayDown.
func (s *Service) Refresh(ctx context.Context, actor models.Actor, login string) error {
	a, err := s.whose(ctx, actor, login)
	if err != nil {
		return err
	}
	if err := actor.MaySeeSelling(a.ID); err != nil {
		return err
	}
	v, err := Of(ctx, s.db.Pool(), a.ID)
	if err != nil {
		return err
	}
	g, ok := s.gateways[v.Gateway].(gateway.Onboarder)
	if !ok || v.GatewayAccount == "" {
		return nil
	}
	st, err := g.Standing(ctx, v.GatewayAccount)
	if err != nil {
		return models.ErrGatewayDown.Because(err)
	}
	return s.stand(ctx, actor, v.Gateway, v.GatewayAccount, st)
}

// Hear works on what a gateway told of a seller. Told late, it is asked where they
// stand by now.
func (s *Service) Hear(ctx context.Context, name models.GatewayName, e gateway.Event) error {
	if e.Kind != gateway.EventAccount {
		return nil
	}
	st := e.Standing
	if g, ok := s.gateways[name].(gateway.Onboarder); ok {
		var err error
		if st, err = g.Standing(ctx, e.Reference); err != nil {
			return err
		}
	}
	return s.stand(ctx, models.Actor{}, name, e.Reference, st)
}

// stand records where a seller stands at a gateway, and tells them of what changed.
func (s *Service) stand(ctx context.Context, actor models.Actor, name models.GatewayName, account string, st gateway.SellerAccount) error {
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		var id int64
		var login string
		var ready bool
		var asked []string
		found, err := db.Found(tx.Pgx.QueryRow(ctx, `SELECT e.account_id, a.login, e.ready, e.requirements FROM sellers e JOIN accounts a ON a.id = e.account_id
			WHERE e.gateway = $1 AND e.gateway_account = $2 FOR UPDATE OF e`, name, account).Scan(&id, &login, &ready, &asked))
		if err != nil {
			return fmt.Errorf("sellers: standing: %w", err)
		}
		if !found || ready == st.Ready && slices.Equal(asked, st.Requirements) {
			return nil
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE sellers SET ready = $2, requirements = $3, updated_at = $4 WHERE account_id = $1`, id, st.Ready, list(st.Requirements), s.now())
		if err != nil {
			return fmt.Errorf("sellers: standing: %w", err)
		}
		err = audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "seller.standing", AccountID: &id, TargetKind: "gateway", TargetName: string(name),
			Before: map[string]any{"ready": ready}, After: map[string]any{"ready": st.Ready, "asked": models.AskedFor(st.Requirements)}})
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, id, login, ready, asked, st)
	})
}

// tell brings news of a seller's standing to those who may mend it: whether they can
// be paid, and what is asked for that wasn't before.
func (s *Service) tell(ctx context.Context, tx *db.Tx, id int64, login string, wasReady bool, was []string, st gateway.SellerAccount) error {
	var kind models.NotificationKind
	more := slices.ContainsFunc(models.AskedFor(st.Requirements), func(w models.Asked) bool {
		return w != models.AskedReview && w != models.AskedDetails && !slices.Contains(models.AskedFor(was), w)
	})
	switch {
	case st.Ready && !wasReady:
		kind = models.NoticeSellerReady
	case wasReady && (!st.Ready || more):
		kind = models.NoticeSellerAsked
	default:
		return nil
	}
	people, err := owners(ctx, tx, id)
	if err != nil {
		return err
	}
	link := "/settings/selling"
	if !slices.Contains(people, id) {
		link = "/organizations/" + login + link
	}
	return s.notices.Tell(ctx, tx, notices.Notice{Kind: kind, Params: map[string]string{"account": login}, Link: link}, people...)
}

// owners are a person, or who owns an organization.
func owners(ctx context.Context, tx *db.Tx, id int64) (people []int64, err error) {
	err = tx.Pgx.QueryRow(ctx, `SELECT coalesce(array_agg(x.id), '{}') FROM (SELECT account_id id FROM users WHERE account_id = $1
		UNION SELECT account_id FROM memberships WHERE organization_id = $1 AND role = 'owner' AND suspended_at IS NULL) x`, id).Scan(&people)
	if err != nil {
		return nil, fmt.Errorf("sellers: owners: %w", err)
	}
	return people, nil
}

// Disconnect has an account be paid through no gateway. What it has at the gateway
// stays there. It returns ErrSellerSubscribed while subscriptions are paid there.
func (s *Service) Disconnect(ctx context.Context, actor models.Actor, login string) error {
	a, err := s.seller(ctx, actor, login)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *db.Tx) error {
		v, err := s.lock(ctx, tx, a.ID)
		if err != nil || v.Gateway == "" {
			return err
		}
		var standing bool
		err = tx.Pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM subscriptions WHERE seller_id = $1 AND state <> 'ended' AND payment_method_id IS NOT NULL)`, a.ID).Scan(&standing)
		if err != nil {
			return fmt.Errorf("sellers: disconnect: %w", err)
		}
		if standing {
			return models.ErrSellerSubscribed
		}
		_, err = tx.Pgx.Exec(ctx, `UPDATE sellers SET gateway = '', gateway_account = '', ready = false, requirements = '[]', updated_at = $2 WHERE account_id = $1`, a.ID, s.now())
		if err != nil {
			return fmt.Errorf("sellers: disconnect: %w", err)
		}
		return audit.Record(ctx, tx, actor, models.AuditEvent{At: s.now(), Action: "seller.disconnect", AccountID: &a.ID, TargetKind: "gateway",
			TargetName: string(v.Gateway), Before: map[string]any{"account": v.GatewayAccount}})
	})
}
