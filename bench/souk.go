//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// program is the Souk that is measured: the real binary, built as for a
// release.
type program struct {
	path string
	dir  string // logs and data
}

func build(ctx context.Context, dir string) (*program, error) {
	p := &program{path: filepath.Join(dir, "souk"), dir: dir}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", p.path, "./cmd/souk")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./cmd/souk: %w\n%s", err, out)
	}
	return p, nil
}

func (p *program) env(more ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "SOUK_DATA_DIR=" + p.dir, "SOUK_LOG=warn", "SOUK_DEMO=false"}, more...)
}

// run runs a command of Souk to its end.
func (p *program) run(ctx context.Context, env []string, args ...string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Env, cmd.Dir = p.env(env...), p.dir
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("souk %s: %w\n%s", args[0], err, tail(out))
	}
	return time.Since(began), nil
}

func tail(b []byte) []byte {
	if len(b) > 400 {
		b = b[len(b)-400:]
	}
	return bytes.TrimSpace(b)
}

// instance is a Souk that answers.
type instance struct {
	*child
	addr    string
	metrics string
	ready   time.Duration // from its start until it answered
}

func (i *instance) url(uri string) string { return "http://" + i.addr + uri }

func (p *program) serve(ctx context.Context, name string, env ...string) (*instance, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	metrics, err := freePort()
	if err != nil {
		return nil, err
	}
	i := &instance{addr: fmt.Sprintf("127.0.0.1:%d", port), metrics: fmt.Sprintf("127.0.0.1:%d", metrics)}
	env = p.env(append(env, fmt.Sprintf("PORT=%d", port), "SOUK_METRICS_LISTEN="+i.metrics)...)
	began := time.Now()
	if i.child, err = startChild(ctx, p.dir, name, env, p.path, "serve"); err != nil {
		return nil, err
	}
	if err := awaitOK(ctx, i.child, i.url("/readyz"), 2*time.Minute); err != nil {
		i.stop()
		return nil, err
	}
	i.ready = time.Since(began)
	return i, nil
}
