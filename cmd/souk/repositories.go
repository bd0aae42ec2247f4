package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"souk/models"
	"souk/models/repos"
)

const repoHelp = `
  souk repo add OWNER/NAME [--private] [--description TEXT]
  souk repo add --owner OWNER --from FILE [--dry-run] [--skip-bad]

Makes one repository, or all those of a list: CSV whose first line names the
columns, or a JSON array of objects, with name, description and visibility
(public, or private, which a repository of a list is unless it says otherwise).
FILE may be - for standard input. Bad lines are reported and then none is made,
unless --skip-bad says to go on without them. What exists already is left as it
is, so doing it again changes nothing.`

func setUpRepo(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	draft := repos.Draft{}
	flags.BoolVar(&draft.Private, "private", false, "only those with access see it")
	flags.StringVar(&draft.Description, "description", "", "`text` about it")
	owner := flags.String("owner", "", "`login` of the account that a list is for")
	file := flags.String("from", "", "`file` with a list")
	var opts repos.BulkOptions
	flags.BoolVar(&opts.DryRun, "dry-run", false, "only say what would be made")
	flags.BoolVar(&opts.SkipBad, "skip-bad", false, "make the good ones though others are bad")
	asJSON := jsonOption(flags)
	return actions("repo", asJSON, []action{{"add", "[OWNER/NAME]", func(ctx context.Context, o *office, name string) error {
		switch {
		case name != "" && *file == "" && *owner == "":
			return addRepository(ctx, o, name, draft)
		case name == "" && *file != "" && *owner != "":
			return addRepositories(ctx, o, *owner, *file, opts)
		}
		return usageError("repo add takes OWNER/NAME, or --owner and --from; see `souk repo --help`")
	}}}, nil)
}

func addRepository(ctx context.Context, o *office, name string, draft repos.Draft) error {
	owner, rest, ok := strings.Cut(name, "/")
	if !ok {
		return usageError(fmt.Sprintf("%q isn't OWNER/NAME", name))
	}
	draft.Owner, draft.Name = owner, rest
	made, err := o.verbs.Repos.Create(ctx, o.actor, draft)
	if errors.Is(err, models.ErrUnknownChoice) {
		return noAccount(owner)
	}
	if err != nil {
		return err
	}
	return o.say(map[string]any{"name": made.FullName(), "id": made.Repository.ID, "private": made.Repository.Private}, "Made the repository %s.", made.FullName())
}

func noAccount(login string) error {
	return fmt.Errorf("there is no account %q, or staff has suspended it", login)
}

// addRepositories makes all of a list.
func addRepositories(ctx context.Context, o *office, owner, file string, opts repos.BulkOptions) error {
	in, _, err := openInput(o.sys, file)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := io.ReadAll(interruptible(ctx, in))
	if err != nil {
		return err
	}
	rows, err := repos.ReadBulk(text)
	if err != nil {
		return err
	}
	account, err := o.verbs.Repos.Owner(ctx, owner)
	if errors.Is(err, models.ErrNotFound) {
		return noAccount(owner)
	}
	if err != nil {
		return err
	}
	report, err := o.verbs.Repos.Bulk(ctx, o.actor, account.ID, rows, opts)
	for _, p := range report.Problems {
		fmt.Fprintf(o.sys.stderr, "line %d · %s: %s\n", p.Line, p.Name, inWords(p.Err))
	}
	if err != nil {
		return err
	}
	return o.say(map[string]any{"owner": account.Login, "created": report.Created, "unchanged": report.Unchanged, "bad": report.Bad, "written": report.Written},
		"repositories: %d added, %d unchanged, %d bad", report.Created, report.Unchanged, report.Bad)
}
