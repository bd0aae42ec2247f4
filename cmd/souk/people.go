package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"souk/handlers"
	"souk/models"
	"souk/models/jobs"
	"souk/models/orgs"
	"souk/models/outside"
	"souk/models/profiles"
	"souk/models/staff"
)

// office is what commands about people work with: the verbs of a running
// database, and the operator who asks them.
type office struct {
	sys   *system
	cfg   Config
	verbs *handlers.Verbs
	actor models.Actor
	json  bool
}

// withPeople opens the database for a command about people. It works beside a
// running server.
func withPeople(ctx context.Context, sys *system, asJSON bool, do func(*office) error) error {
	cfg, log, err := configured(sys)
	if err != nil {
		return err
	}
	d, err := openDatabase(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer d.Close()
	queue, err := jobs.NewQueue(d.DB)
	if err != nil {
		return err
	}
	// No box: commands neither read nor write second factors.
	verbs := handlers.NewVerbs(d.DB, queue, nil, outside.New(cfg.Outside()), time.Now)
	return do(&office{sys: sys, cfg: cfg, verbs: verbs, actor: models.Operator(), json: asJSON})
}

// say prints what was done: v as one line of JSON, or a sentence.
func (o *office) say(v any, sentence string, args ...any) error {
	if o.json {
		return json.NewEncoder(o.sys.stdout).Encode(v)
	}
	_, err := fmt.Fprintf(o.sys.stdout, sentence+"\n", args...)
	return err
}

// link makes a one-time sign-in link for the account with an id.
func (o *office) link(ctx context.Context, id int64) (string, error) {
	path, err := o.verbs.Identity.SignInLink(ctx, o.actor, id)
	if err != nil {
		return "", err
	}
	return o.cfg.Public(o.cfg.Port) + path, nil
}

// user is the account of the user with a login.
func (o *office) user(ctx context.Context, login string) (models.Account, error) {
	a, err := o.verbs.Repos.Owner(ctx, login)
	if errors.Is(err, models.ErrNotFound) || err == nil && a.Kind != models.KindUser {
		return a, fmt.Errorf("there is no user %q, or staff has suspended it", login)
	}
	return a, err
}

// action is one of the things that a command does, such as "add".
type action struct {
	name  string
	takes string // its argument, "" for none
	do    func(ctx context.Context, o *office, arg string) error
}

// actions makes a command of several. check is asked before any database is
// opened.
func actions(command string, asJSON *bool, all []action, check func(verb string) error) func(context.Context, *system, []string) error {
	return func(ctx context.Context, sys *system, args []string) error {
		names := make([]string, len(all))
		for i, a := range all {
			names[i] = a.name
		}
		if len(args) == 0 {
			return usageError(fmt.Sprintf("%s needs to be told what to do: %s; see `souk %s --help`", command, strings.Join(names, ", "), command))
		}
		i := slices.Index(names, args[0])
		if i < 0 {
			return usageError(fmt.Sprintf("%s can't %q, only %s; see `souk %s --help`", command, args[0], strings.Join(names, ", "), command))
		}
		a := all[i]
		arg, err := oneArgument(command+" "+a.name, a.takes, args[1:])
		if err != nil {
			return err
		}
		if check != nil {
			if err := check(a.name); err != nil {
				return err
			}
		}
		return withPeople(ctx, sys, *asJSON, func(o *office) error { return a.do(ctx, o, arg) })
	}
}

func oneArgument(command, takes string, args []string) (string, error) {
	optional := strings.HasPrefix(takes, "[")
	switch {
	case takes == "":
		return "", noArguments(command, args)
	case len(args) == 1:
		return args[0], nil
	case len(args) == 0 && optional:
		return "", nil
	}
	return "", usageError(fmt.Sprintf("%s takes one %s, but was given %d arguments", command, strings.Trim(takes, "[]"), len(args)))
}

func jsonOption(flags *flag.FlagSet) *bool {
	return flags.Bool("json", false, "print JSON, one object a line")
}

const staffHelp = `
  souk staff add LOGIN [--role administrator|reviewer|support]
  souk staff remove LOGIN
  souk staff list

Says who runs the marketplace. Support looks accounts up and acts for people who
need help; reviewers decide on listings too; administrators suspend accounts and
give roles too. The first administrator is made here; they can give roles to
others at /staff/team. The last administrator can't be removed.`

func setUpStaff(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	role := flags.String("role", string(models.StaffAdministrator), "`role`: administrator, reviewer or support")
	asJSON := jsonOption(flags)
	set := func(ctx context.Context, o *office, login string, role models.StaffRole) error {
		if err := o.verbs.Staff.SetRole(ctx, o.actor, login, role); err != nil {
			return err
		}
		v := map[string]any{"login": strings.ToLower(login), "role": role}
		if role == "" {
			return o.say(v, "%s is no longer part of the staff.", login)
		}
		return o.say(v, "%s is part of the staff now, as %s.", login, role)
	}
	return actions("staff", asJSON, []action{
		{"add", "LOGIN", func(ctx context.Context, o *office, login string) error {
			return set(ctx, o, login, models.StaffRole(*role))
		}},
		{"remove", "LOGIN", func(ctx context.Context, o *office, login string) error { return set(ctx, o, login, "") }},
		{"list", "", listStaff},
	}, func(verb string) error {
		if verb == "add" && !models.StaffRole(*role).Valid() {
			return usageError(fmt.Sprintf("there is no role %q; it must be administrator, reviewer or support", *role))
		}
		return nil
	})
}

func listStaff(ctx context.Context, o *office, _ string) error {
	team, err := o.verbs.Staff.Team(ctx, o.actor)
	if err != nil {
		return err
	}
	for _, c := range team {
		err := o.say(map[string]any{"login": c.Login, "name": c.Name, "role": c.Role, "two_factor": c.TwoFactor, "last_seen": c.LastSeen}, "%-13s  %s", c.Role, c.Login)
		if err != nil {
			return err
		}
	}
	if len(team) == 0 && !o.json {
		_, err = fmt.Fprintln(o.sys.stdout, "Nobody is part of the staff yet; `souk staff add LOGIN` makes the first administrator.")
	}
	return err
}

const userHelp = `
  souk user add LOGIN --mail ADDRESS [--name NAME] [--password-stdin] [--link]
  souk user link LOGIN

Makes an account for somebody, whose mail address counts as confirmed, since you
answer for it. With --password-stdin the password is the first line of standard
input; it is judged like any other. Without one they sign in by a one-time link,
which --link prints and "souk user link" makes anew: it is good for one sign-in,
within 24 hours, and goes past a forgotten password but not past a second factor.`

func setUpUser(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	mail := flags.String("mail", "", "mail `address`")
	name := flags.String("name", "", "`name` as others see it")
	password := flags.Bool("password-stdin", false, "read the password from standard input")
	link := flags.Bool("link", false, "print a one-time sign-in link")
	asJSON := jsonOption(flags)
	return actions("user", asJSON, []action{
		{"add", "LOGIN", func(ctx context.Context, o *office, login string) error {
			in := staff.NewUser{Login: login, Name: *name, Mail: *mail}
			if *password {
				line, err := bufio.NewReader(o.sys.stdin).ReadString('\n')
				if err != nil && err != io.EOF {
					return err
				}
				if in.Password = strings.TrimRight(line, "\r\n"); in.Password == "" {
					return usageError("standard input has no password")
				}
			}
			return addUser(ctx, o, in, *link)
		}},
		{"link", "LOGIN", linkUser},
	}, func(verb string) error {
		if verb == "add" && *mail == "" {
			return usageError("user add needs --mail; see `souk user --help`")
		}
		return nil
	})
}

func addUser(ctx context.Context, o *office, in staff.NewUser, withLink bool) error {
	id, err := o.verbs.Staff.AddUser(ctx, o.actor, in)
	if err != nil {
		return err
	}
	v := map[string]any{"login": strings.ToLower(in.Login), "id": id, "mail": in.Mail}
	if !withLink {
		return o.say(v, "Made the account %s.", in.Login)
	}
	address, err := o.link(ctx, id)
	if err != nil {
		return err
	}
	v["link"] = address
	return o.say(v, "Made the account %s. To sign in, once, within 24 hours:\n%s", in.Login, address)
}

func linkUser(ctx context.Context, o *office, login string) error {
	a, err := o.user(ctx, login)
	if err != nil {
		return err
	}
	address, err := o.link(ctx, a.ID)
	if err != nil {
		return err
	}
	return o.say(map[string]any{"login": a.Login, "link": address}, "%s", address)
}

const orgHelp = `
  souk org add LOGIN --owner LOGIN [--name NAME] [--mail ADDRESS]

Makes an organization with its first owner. A publisher that came with an
imported catalogue, and that nobody has an account for yet, becomes the
organization of that login, with its listings.`

func setUpOrg(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	owner := flags.String("owner", "", "`login` of the first owner")
	name := flags.String("name", "", "`name` as others see it")
	mail := flags.String("mail", "", "mail `address`, which is asked to confirm itself")
	asJSON := jsonOption(flags)
	return actions("org", asJSON, []action{{"add", "LOGIN", func(ctx context.Context, o *office, login string) error {
		made, err := o.verbs.Orgs.Create(ctx, o.actor, orgs.NewOrganization{Login: login, Name: *name, Mail: *mail, Owner: *owner})
		if err != nil {
			return err
		}
		return o.say(map[string]any{"login": made, "owner": strings.ToLower(*owner)}, "Made the organization %s, owned by %s.", made, *owner)
	}}}, func(string) error {
		if *owner == "" {
			return usageError("org add needs --owner; see `souk org --help`")
		}
		return nil
	})
}

const tokenHelp = `
  souk token create LOGIN --name NAME [--scopes repo,read:org] [--expires 30d]

Makes a personal access token of a user and prints it, this once: it is kept
nowhere. --expires is a number of days, such as 30d, a day, such as 2027-01-31,
or never.`

func setUpToken(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	name := flags.String("name", "", "`name` to know it by")
	scopes := flags.String("scopes", "", "`scopes`, separated by commas")
	expires := flags.String("expires", "30d", "`when` it ends: 30d, 2027-01-31 or never")
	asJSON := jsonOption(flags)
	return actions("token", asJSON, []action{{"create", "LOGIN", func(ctx context.Context, o *office, login string) error {
		in := profiles.NewToken{Name: *name, Scopes: scopesOf(*scopes)}
		in.Expires, in.Day = expiryOf(*expires, time.Now())
		secret, err := o.verbs.Profiles.CreateTokenFor(ctx, o.actor, login, in)
		if err != nil {
			return err
		}
		return o.say(map[string]any{"login": strings.ToLower(login), "name": in.Name, "scopes": in.Scopes, "token": secret}, "%s", secret)
	}}}, func(string) error {
		if *name == "" {
			return usageError("token create needs --name; see `souk token --help`")
		}
		return nil
	})
}

func scopesOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// expiryOf reads "30d", "never" or a day. What is none of them is refused as a
// day.
func expiryOf(text string, now time.Time) (models.TokenExpiry, string) {
	if text == string(models.ExpiryNever) {
		return models.ExpiryNever, ""
	}
	var days int
	if n, err := fmt.Sscanf(text, "%dd", &days); err == nil && n == 1 && text == fmt.Sprintf("%dd", days) {
		if e := models.TokenExpiry(strings.TrimSuffix(text, "d")); slices.Contains(models.TokenExpiries(), e) {
			return e, ""
		}
		return models.ExpiryCustom, now.UTC().AddDate(0, 0, days).Format(time.DateOnly)
	}
	return models.ExpiryCustom, text
}
