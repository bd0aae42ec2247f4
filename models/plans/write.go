package plans

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"souk/models"
)

// LintError refuses a plan because of what the rules say about it. It is a
// models.ErrPlanLint.
type LintError struct {
	Findings []models.Finding // with Fields as within the plan: "monthly_minor"
}

func (e *LintError) Error() string { return models.ErrPlanLint.Error() }

// Unwrap returns the sentinel.
func (e *LintError) Unwrap() error { return models.ErrPlanLint }

// Add puts a new plan after the others, and returns its number.
func (s *Service) Add(ctx context.Context, actor models.Actor, slug string, term models.PlanTerm) (number int, err error) {
	err = s.change(ctx, actor, slug, "plan.add", func(d *Desk) (before, after map[string]any, err error) {
		term.Number = 0
		d.Content.Plans = append(d.Content.Plans, term)
		models.NumberPlans(d.Content.Plans, d.names, d.last)
		number = d.Content.Plans[len(d.Content.Plans)-1].Number
		if err := fine(d, number); err != nil {
			return nil, nil, err
		}
		after, err = told(&term)
		return nil, after, err
	})
	return number, err
}

// Change puts term in the place of the plan with its number. Mark is that of the
// plan that it was made of, from Mark; where somebody has changed it since, it is
// ErrPlanChanged.
func (s *Service) Change(ctx context.Context, actor models.Actor, slug, mark string, term models.PlanTerm) error {
	return s.change(ctx, actor, slug, "plan.change", func(d *Desk) (before, after map[string]any, err error) {
		was := d.Term(term.Number)
		if was == nil {
			return nil, nil, models.ErrNotFound
		}
		term.AsOf = was.AsOf
		if Mark(was) == Mark(&term) {
			return nil, nil, nil
		}
		term.AsOf = "" // whose prices they are has said so
		if Mark(was) != mark {
			return nil, nil, models.ErrPlanChanged
		}
		_, live := d.Live[term.Number]
		if !slices.Contains(models.PlanStatesOf(live), term.State) {
			return nil, nil, models.ErrUnknownChoice.On("state")
		}
		old := *was
		*was = term
		if err := fine(d, term.Number); err != nil {
			return nil, nil, err
		}
		return differing(&old, &term)
	})
}

// fine refuses a plan that breaks a rule.
func fine(d *Desk, number int) error {
	all := models.LintPlans(&d.Content)
	found := models.PlanFindings(all, d.at(number))
	for _, f := range all {
		if f.Field == "plans" && f.Rule == "too_many" {
			f.Field = "state"
			found = append(found, f)
		}
	}
	if models.Blocking(found) {
		return &LintError{Findings: found}
	}
	return nil
}

// Move puts a plan before the one above it, or after the one below.
func (s *Service) Move(ctx context.Context, actor models.Actor, slug string, number int, up bool) error {
	return s.change(ctx, actor, slug, "plan.order", func(d *Desk) (before, after map[string]any, err error) {
		plans, at := d.Content.Plans, d.at(number)
		to := at + 1
		if up {
			to = at - 1
		}
		if at < 0 {
			return nil, nil, models.ErrNotFound
		}
		if to < 0 || to >= len(plans) {
			return nil, nil, nil
		}
		before = map[string]any{"plans": names(plans)}
		plans[at], plans[to] = plans[to], plans[at]
		return before, map[string]any{"plans": names(plans)}, nil
	})
}

// Remove takes a plan out of the draft. One that buyers have seen can only be
// retired: ErrPlanLive.
func (s *Service) Remove(ctx context.Context, actor models.Actor, slug string, number int) error {
	return s.change(ctx, actor, slug, "plan.remove", func(d *Desk) (before, after map[string]any, err error) {
		was := d.Term(number)
		if was == nil {
			return nil, nil, models.ErrNotFound
		}
		if _, live := d.Live[number]; live {
			return nil, nil, models.ErrPlanLive
		}
		before, err = told(was)
		at := d.at(number)
		d.Content.Plans = slices.Delete(d.Content.Plans, at, at+1)
		return before, nil, err
	})
}

// SetPurchase says how plans are bought: here, or directly at an address, which
// must be one.
func (s *Service) SetPurchase(ctx context.Context, actor models.Actor, slug string, how models.Purchase, address string) error {
	if how == models.PurchaseHere {
		address = ""
	}
	return s.change(ctx, actor, slug, "plan.purchase", func(d *Desk) (before, after map[string]any, err error) {
		c := &d.Content
		if !slices.Contains([]models.Purchase{models.PurchaseHere, models.PurchaseDirect}, how) {
			return nil, nil, models.ErrUnknownChoice.On("purchase")
		}
		if c.Purchase == how && c.PurchaseURL == address {
			return nil, nil, nil
		}
		before = map[string]any{"purchase": c.Purchase, "purchase_url": c.PurchaseURL}
		c.Purchase, c.PurchaseURL = how, address
		found := models.PurchaseFindings(models.LintPlans(c))
		if models.Blocking(found) {
			return nil, nil, &LintError{Findings: found}
		}
		return before, map[string]any{"purchase": how, "purchase_url": address}, nil
	})
}

// Mark tells one state of a plan from another.
func Mark(t *models.PlanTerm) string {
	text, _ := json.Marshal(t) // it holds nothing that can't be JSON
	var sum uint64 = 14695981039346656037
	for _, b := range text {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	return strconv.FormatUint(sum, 36)
}

// told is a plan as the audit log tells it.
func told(t *models.PlanTerm) (map[string]any, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	all := map[string]any{}
	return all, json.Unmarshal(text, &all)
}

// differing are the fields of a plan that changed, with its name.
func differing(old, next *models.PlanTerm) (before, after map[string]any, err error) {
	if before, err = told(old); err != nil {
		return nil, nil, err
	}
	if after, err = told(next); err != nil {
		return nil, nil, err
	}
	for name, value := range after {
		a, _ := json.Marshal(before[name])
		b, _ := json.Marshal(value)
		if name != "name" && string(a) == string(b) {
			delete(before, name)
			delete(after, name)
		}
	}
	return before, after, nil
}

func names(plans []models.PlanTerm) []string {
	all := make([]string, len(plans))
	for i := range plans {
		all[i] = plans[i].Name
	}
	return all
}
