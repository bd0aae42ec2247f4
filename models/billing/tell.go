package billing

import (
	"strconv"
	"time"

	"souk/models"
	"souk/models/notices"
)

// link is the page of a subscription.
func link(id int64) string { return "/settings/billing/subscriptions/" + strconv.FormatInt(id, 10) }

// news tells those who pay for the account. Money is what a payment is about.
func (p *page) news(kind models.NotificationKind, after *models.Subscription, money models.Money) error {
	at := after.End
	switch due := after.Due; {
	case kind == models.NoticeTransferDue && due != nil:
		at = due.Payable
	case (kind == models.NoticeChargeFailed || kind == models.NoticeChargeAsks) && due != nil:
		at = due.Until
	case at.IsZero():
		at = p.now
	}
	params := map[string]string{"listing": p.st.Listing.Name, "plan": after.Terms.Plan.Name, "account": p.st.Account.Login, "at": at.Format(time.RFC3339)}
	if money.Currency != "" {
		params["money"] = money.Code()
	}
	return p.s.notices.Add(&p.b, notices.Notice{Kind: kind, Params: params, Link: link(p.st.Sub.ID)}, p.st.Payers...)
}

// tell is the news of a turn that holds.
func (p *page) tell(t *models.Turn, after *models.Subscription) error {
	kind, money := newsOf(t, &p.st.Sub, after), models.Money{}
	switch kind {
	case "":
		return nil
	case models.NoticeTransferDue:
		if p.st.Owed != nil {
			money = p.st.Owed.sum()
		}
	case models.NoticeTrialEnds, models.NoticeRenews:
		next := t.After.Pass(&p.st.Env)
		if !next.Charges() || p.st.Withdrawn {
			return nil // nothing is charged then
		}
		money = next.Bill.Sum()
	}
	return p.news(kind, after, money)
}

// newsOf is what a turn is told as; "" where whoever caused it knows, and where a
// receipt says it.
func newsOf(t *models.Turn, was, after *models.Subscription) models.NotificationKind {
	switch t.Act {
	case models.ActBuy:
		if after.OnTrial() {
			return models.NoticeTrialStarted
		}
		return models.NoticeSubscribed
	case models.ActRemind:
		if was.OnTrial() {
			return models.NoticeTrialEnds
		}
		return models.NoticeRenews
	case models.ActLapse:
		if after.State != models.SubscriptionEnded {
			return models.NoticeChanged // an upgrade was never paid
		}
		return models.NoticeLapsed
	case models.ActPeriodEnd:
		if after.State == models.SubscriptionPaused {
			return models.NoticePaused
		}
		return models.NoticeEnded
	case models.ActRetry:
		if after.Due != nil && !after.Due.Payable.IsZero() {
			return models.NoticeTransferDue
		}
	case models.ActCancel:
		if after.State == models.SubscriptionEnded {
			return models.NoticeEnded
		}
		return models.NoticeCancelled
	case models.ActChange:
		if after.Pending == nil {
			return models.NoticeChanged
		}
	}
	return ""
}
