package models

// What happens to subscriptions: what is recorded.
var billingActions = []AuditAction{
	"charge.decline", "charge.succeed",
	"invoice.mark_paid",
	"subscription.abandon", "subscription.buy", "subscription.cancel", "subscription.change", "subscription.end", "subscription.lapse", "subscription.pause",
	"subscription.renew", "subscription.rest", "subscription.resume", "subscription.take_back", "subscription.trial_end", "subscription.use_method",
}

// The kinds of news about subscriptions.
const (
	NoticeSubscribed   NotificationKind = "subscribed"
	NoticeTrialStarted NotificationKind = "trial_started"
	NoticeTrialEnds    NotificationKind = "trial_ends"
	NoticeRenews       NotificationKind = "subscription_renews"
	NoticeChanged      NotificationKind = "subscription_changed"
	NoticeCancelled    NotificationKind = "subscription_cancelled" // at the end of its period
	NoticeEnded        NotificationKind = "subscription_ended"
	NoticeLapsed       NotificationKind = "subscription_lapsed" // it was never paid
	NoticePaused       NotificationKind = "subscription_paused"
	NoticeChargeFailed NotificationKind = "charge_failed"  // until when it can be mended
	NoticeChargeAsks   NotificationKind = "charge_confirm" // the bank wants the buyer to confirm it
	NoticeTransferDue  NotificationKind = "transfer_due"
	NoticeTransferCame NotificationKind = "transfer_received"
)

// What they say; those about a payment say how much it is too.
var (
	subscriptionParams = []string{"account", "at", "listing", "plan"}
	paymentParams      = append([]string{"money"}, subscriptionParams...)
)

var billingNotices = []notice{
	{NoticeSubscribed, TopicBilling, subscriptionParams},
	{NoticeTrialStarted, TopicBilling, subscriptionParams},
	{NoticeTrialEnds, TopicBilling, paymentParams},
	{NoticeRenews, TopicBilling, paymentParams},
	{NoticeChanged, TopicBilling, subscriptionParams},
	{NoticeCancelled, TopicBilling, subscriptionParams},
	{NoticeEnded, TopicBilling, subscriptionParams},
	{NoticeLapsed, TopicBilling, subscriptionParams},
	{NoticePaused, TopicBilling, subscriptionParams},
	{NoticeChargeFailed, TopicBilling, paymentParams},
	{NoticeChargeAsks, TopicBilling, paymentParams},
	{NoticeTransferDue, TopicBilling, paymentParams},
	{NoticeTransferCame, TopicBilling, paymentParams},
}
