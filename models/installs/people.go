package installs

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"souk/models"
	"souk/models/apps"
	"souk/models/db"
	"souk/models/notices"
)

// tellOwners tells whom an app is installed on, but for some who know.
func (s *Service) tellOwners(ctx context.Context, tx *db.Tx, n notices.Notice, i *Standing, but ...int64) error {
	owners, err := apps.OwnersOf(ctx, tx, i.AccountID)
	if err != nil {
		return err
	}
	return s.notices.Tell(ctx, tx, n, slices.DeleteFunc(owners, func(id int64) bool { return slices.Contains(but, id) })...)
}

// list is where an account's installations are, page where one of them is.
func list(i *Standing) string {
	if i.Account.Kind == models.KindOrganization {
		return "/organizations/" + i.Account.Login + "/settings/installations"
	}
	return "/settings/installations"
}

func page(i *Standing) string { return list(i) + "/" + strconv.FormatInt(i.ID, 10) }

// onField names the field of what is wrong with what was typed.
func onField(err error, field string) error {
	if known, ok := errors.AsType[*models.Error](err); ok {
		return known.On(field)
	}
	return err
}
