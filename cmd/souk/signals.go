package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal returns a context that ends when the user or the system asks the
// program to stop. Asked a second time, the program exits at once; a Postgres
// that it started ends by itself then.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	heard := make(chan os.Signal, 2)
	signal.Notify(heard, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-heard
		cancel(errInterrupted)
		<-heard
		os.Exit(exitInterrupted)
	}()
	return ctx, func() {
		signal.Stop(heard)
		cancel(nil)
	}
}
