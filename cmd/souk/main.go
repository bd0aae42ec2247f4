// Command souk is the marketplace: a server, and the commands that look after
// its data. It reads the configuration, puts the parts together (app.go) and
// turns every failure into one sentence. No rule of the marketplace is here.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // people choose time zones, and not every machine knows them
)

func main() {
	ctx, stop := untilSignal(context.Background())
	code := run(ctx, &system{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.Getenv, environ: os.Environ(),
	}, os.Args[1:])
	stop()
	os.Exit(code)
}
