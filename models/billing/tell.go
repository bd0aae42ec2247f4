package billing

import (
	"strconv"
	"time"

	"souk/models"
	"souk/models/notices"
)

// link is the page of a subscription.
func link(id int64) string { return "/settings/billing/subscriptions/" + strconv.FormatInt(id, 10) }

// news tells those who pay for the account, on a kind that needs what is here.
func (p *page) news(kind models.NotificationKind, after *models.Subscription) error {
	params := map[string]string{"listing": p.st.Listing.Name, "plan": after.Terms.Plan.Name, "account": p.st.Account.Login}
	switch {
	case kind == models.NoticeChargeFailed && after.Due != nil:
		params["at"] = after.Due.Until.Format(time.RFC3339)
	case kind == models.NoticeTransferDue && after.Due != nil:
		params["at"] = after.Due.Payable.Format(time.RFC3339)
	case !after.End.IsZero():
		params["at"] = after.End.Format(time.RFC3339)
	default:
		params["at"] = p.now.Format(time.RFC3339)
	}
	return p.s.notices.Add(&p.b, notices.Notice{Kind: kind, Params: params, Link: link(p.st.Sub.ID)}, p.st.Payers...)
}

// tell is the news of a turn that holds.
func (p *page) tell(t *models.Turn, after *models.Subscription) error {
	if kind := newsOf(t, &p.st.Sub, after); kind != "" {
		return p.news(kind, after)
	}
	return nil
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
