package account

import (
	"slices"

	"github.com/labstack/echo/v4"

	"souk/models"
	"souk/models/profiles"
	"souk/templates/account"
	"souk/web"
	"souk/web/paths"
)

// notificationsInput names the topics that are told in each way.
type notificationsInput struct {
	App  []string `form:"app"`
	Mail []string `form:"mail"`
}

// Notifications shows how one is told of each topic.
func (a *Account) Notifications(c echo.Context) error {
	o, err := a.profiles.Own(c.Request().Context(), web.ActorOf(c))
	if err != nil {
		return err
	}
	return web.Page(c, account.NotificationsPage(notificationsOf(o)))
}

func notificationsOf(o *profiles.Own) account.Notifications {
	v := account.Notifications{Mail: o.User.Mail, Confirmed: o.User.MailVerifiedAt != nil}
	for _, t := range models.Topics() {
		choice := o.Choice(t)
		v.Topics = append(v.Topics, account.Topic{Name: string(t), App: choice.App, Mail: choice.Mail, Always: t == models.TopicSecurity})
	}
	return v
}

// SaveNotifications changes it.
func (a *Account) SaveNotifications(c echo.Context) error {
	in, err := web.Bind[notificationsInput](c)
	if err != nil {
		return err
	}
	chosen := map[models.Topic]models.NotificationChoice{}
	for _, t := range models.Topics() {
		chosen[t] = models.NotificationChoice{App: slices.Contains(in.App, string(t)), Mail: slices.Contains(in.Mail, string(t))}
	}
	if err := a.profiles.ChangeNotifications(c.Request().Context(), web.ActorOf(c), chosen); err != nil {
		return err
	}
	return web.Done(c, paths.SettingsNotifications, "notifications_saved")
}
