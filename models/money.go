package models

// Money is an amount in minor units of an ISO 4217 currency.
type Money struct {
	Minor    int64
	Currency string
}

// Zero reports whether the amount is nothing.
func (m Money) Zero() bool { return m.Minor == 0 }
