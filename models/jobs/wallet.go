package jobs

// ForgetMethod has the gateway forget a payment method that was removed.
type ForgetMethod struct {
	ID int64 `json:"id"`
}

// Kind is the stable name in the queue.
func (ForgetMethod) Kind() string { return "forget_method" }
