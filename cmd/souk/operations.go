package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"
)

const configHelp = `
Prints every variable with the value that a server started here and now would
use. Secrets and the passwords in addresses are masked.`

func setUpConfig(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(_ context.Context, sys *system, args []string) error {
		if err := noArguments("config", args); err != nil {
			return err
		}
		cfg, err := Load(sys.getenv, sys.environ)
		if err != nil {
			return err
		}
		cfg.BaseURL = cfg.Public(cfg.Port)
		printConfig(sys.stdout, cfg)
		return nil
	}
}

func printConfig(w io.Writer, cfg Config) {
	for i, v := range variables {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "# %s\n%s=%s\n", upperFirst(v.help), v.name, mask(v, show(v.into(&cfg))))
	}
}

// show spells the value that into points to.
func show(into any) string {
	switch p := into.(type) {
	case *string:
		return *p
	case *int:
		return strconv.Itoa(*p)
	case *bool:
		return strconv.FormatBool(*p)
	case *time.Duration:
		return p.String()
	default:
		return fmt.Sprint(into)
	}
}

// version is set by the linker for releases.
var version = "development"

func setUpVersion(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(_ context.Context, sys *system, args []string) error {
		if err := noArguments("version", args); err != nil {
			return err
		}
		commit := ""
		if info, ok := debug.ReadBuildInfo(); ok {
			for _, s := range info.Settings {
				if s.Key == "vcs.revision" {
					commit = " (" + s.Value[:min(12, len(s.Value))] + ")"
				}
			}
		}
		_, err := fmt.Fprintf(sys.stdout, "souk %s%s, %s %s/%s\n", version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	}
}

const healthcheckHelp = `
Asks the server that listens on this machine under the same configuration, and
ends with status 0 when it is ready to answer. It is made for containers, which
have no other program to ask with.`

func setUpHealthcheck(flags *flag.FlagSet) func(context.Context, *system, []string) error {
	live := flags.Bool("live", false, "ask only whether it runs, not whether it is ready")
	return func(ctx context.Context, sys *system, args []string) error {
		if err := noArguments("healthcheck", args); err != nil {
			return err
		}
		cfg, err := Load(sys.getenv, sys.environ)
		if err != nil {
			return err
		}
		path := "/readyz"
		if *live {
			path = "/healthz"
		}
		return askHealth(ctx, cfg, path)
	}
}

func askHealth(ctx context.Context, cfg Config, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	host := cfg.Listen
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	address := "http://" + net.JoinHostPort(host, strconv.Itoa(cfg.Port)) + path
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no server answers at %s (%w)", address, rootCause(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server at %s isn't ready: it answers %s", address, res.Status)
	}
	return nil
}
