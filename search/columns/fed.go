package columns

import (
	"context"

	"souk/search"
)

// Fed returns engine with set kept the same as its index: for where there is
// no catalogue behind the documents, as in evaluations and tests.
func Fed(engine search.Engine, set *Set) search.Engine { return &fed{engine, set} }

type fed struct {
	search.Engine
	set *Set
}

func (f *fed) Index(ctx context.Context, docs []search.Document) error {
	if err := f.Engine.Index(ctx, docs); err != nil {
		return err
	}
	f.set.Put(docs, nil)
	return nil
}

func (f *fed) Remove(ctx context.Context, ids []int64) error {
	if err := f.Engine.Remove(ctx, ids); err != nil {
		return err
	}
	f.set.Put(nil, ids)
	return nil
}

func (f *fed) Rebuild(ctx context.Context, next func(context.Context) ([]search.Document, error)) error {
	var all []search.Document
	err := f.Engine.Rebuild(ctx, func(ctx context.Context) ([]search.Document, error) {
		docs, err := next(ctx)
		all = append(all, docs...)
		return docs, err
	})
	if err != nil {
		return err
	}
	f.set.Replace(all)
	return nil
}
