package main

import (
	"context"
	"errors"
	"flag"
)

const reindexHelp = `
Builds a second index from the database and swaps it in. Searches are answered
all the while, and the server needs no restart.`

func setUpReindex(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(context.Context, *system, []string) error {
		return errors.New("the search isn't wired yet")
	}
}

const evalHelp = `
Loads a catalogue into an empty index, asks it judged queries, and prints
nDCG@10, MRR and recall@10 by kind of query and by language.`

func setUpEval(*flag.FlagSet) func(context.Context, *system, []string) error {
	return func(context.Context, *system, []string) error {
		return errors.New("the search isn't wired yet")
	}
}
