package models

// Sentinels of plans: prices that can't be read, and steps of a tryout that can't
// be taken.
var (
	ErrPriceFormat = &Error{Kind: Invalid, Code: "price_format"}
	ErrPriceDigits = &Error{Kind: Invalid, Code: "price_digits"}
	ErrPriceHigh   = &Error{Kind: Invalid, Code: "price_high"}
	ErrWholeNumber = &Error{Kind: Invalid, Code: "whole_number"}
	ErrPlanChanged = &Error{Kind: Invalid, Code: "plan_changed"}
	ErrPlanLive    = &Error{Kind: Conflict, Code: "plan_live"}
	ErrPlanLint    = &Error{Kind: Invalid, Code: "plan_lint"}

	ErrTryoutPlan    = &Error{Kind: Invalid, Code: "tryout_plan", Field: "plan"}
	ErrTryoutPeriod  = &Error{Kind: Invalid, Code: "tryout_period", Field: "period"}
	ErrTryoutUnits   = &Error{Kind: Invalid, Code: "tryout_units", Field: "units"}
	ErrTryoutAccount = &Error{Kind: Invalid, Code: "tryout_account", Field: "plan"}
	ErrTryoutSame    = &Error{Kind: Invalid, Code: "tryout_same"}
	ErrTryoutBought  = &Error{Kind: Conflict, Code: "tryout_bought"}
	ErrTryoutNothing = &Error{Kind: Conflict, Code: "tryout_nothing"}
	ErrTryoutPending = &Error{Kind: Conflict, Code: "tryout_pending"}
	ErrTryoutDue     = &Error{Kind: Invalid, Code: "tryout_due"}
	ErrTryoutClock   = &Error{Kind: Invalid, Code: "tryout_clock", Field: "date"}
	ErrTryoutFull    = &Error{Kind: Conflict, Code: "tryout_full"}
)

// What is refused about plans.
var planErrors = []*Error{
	ErrPriceFormat, ErrPriceDigits, ErrPriceHigh, ErrWholeNumber, ErrPlanChanged, ErrPlanLive, ErrPlanLint,
	ErrTryoutPlan, ErrTryoutPeriod, ErrTryoutUnits, ErrTryoutAccount, ErrTryoutSame, ErrTryoutBought, ErrTryoutNothing,
	ErrTryoutPending, ErrTryoutDue, ErrTryoutClock, ErrTryoutFull,
}

// What is recorded of plans.
var planActions = []AuditAction{"plan.add", "plan.change", "plan.order", "plan.purchase", "plan.remove", "tryout.begin", "tryout.end"}

// What people are told of plans.
var planNotices = []notice{}
