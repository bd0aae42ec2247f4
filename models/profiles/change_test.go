package profiles_test

import (
	"slices"
	"strings"
	"testing"

	"souk/models"
	"souk/models/db/dbtest"
	"souk/models/profiles"
)

func TestChangingTheProfile(t *testing.T) {
	w := newWorld(t)
	ada := dbtest.User(t, w.db, "ada")
	other := dbtest.User(t, w.db, "other")
	in := profiles.Profile{Name: " Ada Lovelace ", Bio: "First line\r\nsecond", Location: "Londres", WebsiteURL: "https://ada.example/~me"}
	w.must(w.ChangeProfile(t.Context(), w.actor(ada), in))
	o, err := w.Own(t.Context(), w.actor(ada))
	w.must(err)
	if a := o.Account; a.Name != "Ada Lovelace" || a.Bio != "First line\nsecond" || a.Location != "Londres" || a.WebsiteURL != "https://ada.example/~me" {
		t.Errorf("the profile is %+v", a)
	}
	w.must(w.ChangeProfile(t.Context(), w.actor(ada), in)) // the same again
	if got := w.logged(ada.ID); !slices.Equal(got, []string{"profile.change"}) {
		t.Errorf("the log has %v", got)
	}
	if got := one[string](w, `SELECT before ->> 'name' || '>' || (after ->> 'name') FROM audit_events`); got != ">Ada Lovelace" {
		t.Errorf("the log says %q", got)
	}
	if o, err = w.Own(t.Context(), w.actor(other)); err != nil || o.Account.Name != "" {
		t.Errorf("someone else is called %q (%v)", o.Account.Name, err)
	}
}

func TestAllThatIsWrongWithAProfileIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	err := w.ChangeProfile(t.Context(), ada, profiles.Profile{Name: "Ada\r\nBcc: all@example.test", Bio: strings.Repeat("é", 301),
		Location: "over\u202ethere", WebsiteURL: "javascript:alert(1)"})
	problems, ok := models.AsProblems(err)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Field+" "+p.Code)
	}
	want := []string{"name control_characters", "bio too_long", "location control_characters", "website_url web_address"}
	if !slices.Equal(got, want) {
		t.Errorf("the problems are %v, want %v", got, want)
	}
	w.must(w.ChangeProfile(t.Context(), ada, profiles.Profile{Bio: strings.Repeat("é", 300)}))
}

func TestWhoMayNotChange(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	suspended, gone := ada, ada
	suspended.Suspended = true
	gone.UserID = 999
	for name, c := range map[string]struct {
		actor models.Actor
		want  *models.Error
	}{"anonymous": {models.Actor{}, models.ErrSignInNeeded}, "suspended": {suspended, models.ErrSuspended}, "gone": {gone, models.ErrSignInNeeded}} {
		for what, err := range map[string]error{
			"profile":       w.ChangeProfile(t.Context(), c.actor, profiles.Profile{Name: "X"}),
			"appearance":    w.ChangeAppearance(t.Context(), c.actor, profiles.Appearance{Language: "fr", TimeZone: "UTC"}),
			"theme":         w.ChangeTheme(t.Context(), c.actor, "dark"),
			"notifications": w.ChangeNotifications(t.Context(), c.actor, nil),
		} {
			if known, ok := models.AsProblems(err); ok || err == nil {
				t.Errorf("%s by %s: %v %v", what, name, known, err)
			}
			w.refused(err, c.want)
		}
	}
}

func TestAppearance(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	w.must(w.ChangeAppearance(t.Context(), ada, profiles.Appearance{Language: "ja", TimeZone: "Asia/Tokyo", Theme: "dark"}))
	o, err := w.Own(t.Context(), ada)
	w.must(err)
	if u := o.User; u.Language != "ja" || u.TimeZone != "Asia/Tokyo" || u.Theme != "dark" || o.Zone().String() != "Asia/Tokyo" {
		t.Errorf("the choices are %+v", u)
	}
	w.must(w.ChangeTheme(t.Context(), ada, ""))
	w.must(w.ChangeTheme(t.Context(), ada, ""))
	w.refused(w.ChangeTheme(t.Context(), ada, "pink"), models.ErrUnknownChoice)
	if o, err = w.Own(t.Context(), ada); err != nil || o.User.Theme != "" || o.User.Language != "ja" {
		t.Errorf("the choices are %+v (%v)", o.User, err)
	}
	if got := w.logged(ada.UserID); !slices.Equal(got, []string{"appearance.change", "appearance.change"}) {
		t.Errorf("the log has %v", got)
	}
	err = w.ChangeAppearance(t.Context(), ada, profiles.Appearance{Language: "de", TimeZone: "Mars/Base", Theme: "pink"})
	if problems, _ := models.AsProblems(err); len(problems) != 3 {
		t.Errorf("the problems are %v", err)
	}
}

func TestSecurityIsAlwaysTold(t *testing.T) {
	w := newWorld(t)
	ada := w.actor(dbtest.User(t, w.db, "ada"))
	o, err := w.Own(t.Context(), ada)
	w.must(err)
	both := models.NotificationChoice{App: true, Mail: true}
	for _, topic := range models.Topics() {
		if o.Choice(topic) != both {
			t.Errorf("%s begins with %+v", topic, o.Choice(topic))
		}
	}
	w.must(w.ChangeNotifications(t.Context(), ada, map[models.Topic]models.NotificationChoice{models.TopicOrganizations: {Mail: true}}))
	o, err = w.Own(t.Context(), ada)
	w.must(err)
	for topic, want := range map[models.Topic]models.NotificationChoice{
		models.TopicSecurity: both, models.TopicOrganizations: {Mail: true}, models.TopicRepositories: {},
	} {
		if got := o.Choice(topic); got != want {
			t.Errorf("%s is told %+v, want %+v", topic, got, want)
		}
	}
}
