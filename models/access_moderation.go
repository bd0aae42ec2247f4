package models

import "time"

// MayJudgeAppeal allows to decide on an appeal against a decision. Whoever made
// it doesn't judge it, where another reviewer could.
func (a Actor) MayJudgeAppeal(app AppRights, madeBy int64, others bool, now time.Time) error {
	if err := a.MayDecide(app, now); err != nil {
		return err
	}
	if !a.Operator && madeBy == a.UserID && others {
		return ErrOwnDecision
	}
	return nil
}
