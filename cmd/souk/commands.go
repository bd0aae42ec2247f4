package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// system is what the program is given by the one it runs on.
type system struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	environ        []string
}

// command is one thing that the program can do. Run defines its options on
// flags before anything is parsed, and returns what does the work.
type command struct {
	name    string
	args    string // as shown in the usage, such as "FILE"
	summary string // one line
	help    string // paragraphs, below the usage
	setUp   func(flags *flag.FlagSet) func(context.Context, *system, []string) error
}

// commands are listed in the order in which `souk help` shows them.
func commands() []command {
	return []command{
		{"serve", "", "answer requests (the default command)", serveHelp, setUpServe},
		{"migrate", "", "bring the database up to this version's schema", migrateHelp, setUpMigrate},
		{"import", "FILE", "load catalogue entries from a file", importHelp, setUpImport},
		{"export", "[FILE]", "write the catalogue to a file", exportHelp, setUpExport},
		{"listing", "lint|pull|push FILE", "keep a listing as a file", listingHelp, setUpListing},
		{"ledger", "check", "prove that the books agree with invoices and payments", ledgerHelp, setUpLedger},
		{"reindex", "", "build the search index anew", reindexHelp, setUpReindex},
		{"eval", "", "measure the search on judged queries", evalHelp, setUpEval},
		{"staff", "add|remove|list [LOGIN]", "say who runs the marketplace", staffHelp, setUpStaff},
		{"user", "add|link LOGIN", "make an account, or a link to sign in by", userHelp, setUpUser},
		{"org", "add LOGIN", "make an organization", orgHelp, setUpOrg},
		{"repo", "add [OWNER/NAME]", "make a repository, or many from a list", repoHelp, setUpRepo},
		{"token", "create LOGIN", "make a personal access token", tokenHelp, setUpToken},
		{"healthcheck", "", "ask the server on this machine whether it is ready", healthcheckHelp, setUpHealthcheck},
		{"config", "", "print the configuration, without secrets", configHelp, setUpConfig},
		{"version", "", "print the version", "", setUpVersion},
		{"help", "[COMMAND]", "explain a command", "", setUpHelp},
	}
}

// run carries out one command line and returns the exit status. A failure has
// been told in one sentence.
func run(ctx context.Context, sys *system, args []string) int {
	err := dispatch(ctx, sys, args)
	// What was cut short by a signal failed because of it, whatever it says.
	var late unfinishedError
	if err != nil && errors.Is(context.Cause(ctx), errInterrupted) && !errors.As(err, &late) {
		err = errInterrupted
	}
	if err != nil {
		text := sentence(err)
		if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
			text += "."
		}
		fmt.Fprintln(sys.stderr, "souk: "+text)
	}
	return status(err)
}

func dispatch(ctx context.Context, sys *system, args []string) error {
	name := "serve"
	if len(args) > 0 {
		switch first := args[0]; {
		case first == "-h" || first == "-help" || first == "--help":
			name, args = "help", args[1:]
		case first == "-v" || first == "-version" || first == "--version":
			name, args = "version", args[1:]
		case !strings.HasPrefix(first, "-"):
			name, args = first, args[1:]
		}
	}
	c, err := find(name)
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	do := c.setUp(flags)
	rest, err := parse(flags, args)
	if errors.Is(err, flag.ErrHelp) {
		explain(sys.stdout, c, flags)
		return nil
	}
	if err != nil {
		return usageError(fmt.Sprintf("%s; see `souk %s --help`", err, c.name))
	}
	return do(ctx, sys, rest)
}

func find(name string) (command, error) {
	all := commands()
	if i := slices.IndexFunc(all, func(c command) bool { return c.name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name
	}
	if near := nearest(name, names); near != "" {
		return command{}, usageError(fmt.Sprintf("there is no command %q; did you mean %q?", name, near))
	}
	return command{}, usageError(fmt.Sprintf("there is no command %q; `souk help` lists those that exist", name))
}

// parse lets options stand before, between and after the other arguments,
// which it returns.
func parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	flags.SetOutput(io.Discard)
	for {
		if err := flags.Parse(args); err != nil {
			const unknown = "flag provided but not defined: "
			if name, ok := strings.CutPrefix(err.Error(), unknown); ok {
				return nil, fmt.Errorf("%s has no option -%s", flags.Name(), strings.TrimLeft(name, "-"))
			}
			return nil, err
		}
		args = flags.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// explain prints how to use c.
func explain(w io.Writer, c command, flags *flag.FlagSet) {
	fmt.Fprintf(w, "%s\n\nUsage: souk %s", upperFirst(c.summary)+".", c.name)
	options := false
	flags.VisitAll(func(*flag.Flag) { options = true })
	if options {
		fmt.Fprint(w, " [options]")
	}
	if c.args != "" {
		fmt.Fprint(w, " ", c.args)
	}
	fmt.Fprintln(w)
	if c.help != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(c.help))
	}
	if options {
		fmt.Fprintln(w, "\nOptions:")
		flags.SetOutput(w)
		flags.PrintDefaults()
	}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func setUpHelp(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(_ context.Context, sys *system, args []string) error {
		if len(args) > 0 {
			c, err := find(args[0])
			if err != nil {
				return err
			}
			flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
			c.setUp(flags)
			explain(sys.stdout, c, flags)
			return nil
		}
		fmt.Fprint(sys.stdout, "Souk is a marketplace for integrations that you host yourself.\n\nUsage: souk [COMMAND] [options]\n\nCommands:\n")
		for _, c := range commands() {
			fmt.Fprintf(sys.stdout, "  %-12s %s\n", c.name, c.summary)
		}
		fmt.Fprint(sys.stdout, "\n`souk COMMAND --help` explains one. Settings are environment variables; `souk config` lists them.\n")
		return nil
	}
}

// noArguments refuses arguments that a command has no use for.
func noArguments(name string, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usageError(fmt.Sprintf("%s takes no arguments, but was given %q; see `souk %s --help`", name, args[0], name))
}

// configured loads the configuration and makes the log.
func configured(sys *system) (Config, *slog.Logger, error) {
	cfg, err := Load(sys.getenv, sys.environ)
	if err != nil {
		return cfg, nil, err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return cfg, nil, err
	}
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(sys.stderr, options)
	if cfg.LogFormat == "json" {
		handler = slog.NewJSONHandler(sys.stderr, options)
	}
	log := slog.New(handler)
	slog.SetDefault(log)
	return cfg, log, nil
}
