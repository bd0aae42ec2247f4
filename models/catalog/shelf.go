package catalog

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// shelf remembers cards, because the same twenty stand on many pages. It lives
// until the next change of the catalogue (Refresh). Who may see a listing is
// not remembered: that is asked of the database each time.
type shelf struct {
	cards sync.Map // shelfKey to *Card
	n     atomic.Int32
}

type shelfKey struct {
	lang string
	id   int64
}

// maxShelf bounds the cards that are remembered; one takes about half a
// kilobyte, and two more with what pages keep of it.
const maxShelf = 3072

func (f *shelf) get(lang string, id int64) *Card {
	if c, ok := f.cards.Load(shelfKey{lang, id}); ok {
		return c.(*Card)
	}
	return nil
}

// put remembers cards that were read while f was the present shelf. It returns
// false when there is no room for them.
func (f *shelf) put(lang string, cards []Card) bool {
	for i := range cards {
		if f.n.Load() >= maxShelf {
			return false
		}
		c := cards[i]
		c.Kept = &Kept{}
		if _, had := f.cards.LoadOrStore(shelfKey{lang, c.ID}, &c); !had {
			f.n.Add(1)
		}
	}
	return true
}

// remember puts cards on f, or clears a full shelf: what is asked for now is
// soon there again, and what isn't makes room.
func (s *Service) remember(f *shelf, lang string, cards []Card) {
	if !f.put(lang, cards) {
		s.shelf.CompareAndSwap(f, nil)
	}
}

// all returns the cards of ids, or false when one isn't remembered.
func (f *shelf) all(lang string, ids []int64) ([]*Card, bool) {
	cards := make([]*Card, len(ids))
	for i, id := range ids {
		if cards[i] = f.get(lang, id); cards[i] == nil {
			return nil, false
		}
	}
	return cards, true
}

// split tells the cards that are remembered from the ids of those that aren't.
func (f *shelf) split(lang string, ids []int64) (missing []int64, known []*Card) {
	for _, id := range ids {
		if c := f.get(lang, id); c != nil {
			known = append(known, c)
		} else {
			missing = append(missing, id)
		}
	}
	return missing, known
}

func ids(cards []*Card) []int64 {
	all := make([]int64, len(cards))
	for i, c := range cards {
		all[i] = c.ID
	}
	return all
}

// present returns the shelf of this moment.
func (s *Service) present() *shelf {
	for {
		if f := s.shelf.Load(); f != nil {
			return f
		}
		s.shelf.CompareAndSwap(nil, &shelf{})
	}
}

// visible asks the database which of the remembered cards may be shown.
func (s *Service) visible(ctx context.Context, cards []*Card, ids []int64) ([]Card, error) {
	rows, err := s.db.Pool().Query(ctx, "SELECT id FROM listings WHERE id = ANY($1) AND public", ids)
	if err != nil {
		return nil, fmt.Errorf("catalog: cards: %w", err)
	}
	public := make(map[int64]bool, len(ids))
	var id int64
	if _, err := pgx.ForEachRow(rows, []any{&id}, func() error {
		public[id] = true
		return nil
	}); err != nil {
		return nil, fmt.Errorf("catalog: cards: %w", err)
	}
	return only(cards, public), nil
}

// only returns copies of the public cards, each once.
func only(cards []*Card, public map[int64]bool) []Card {
	shown := make([]Card, 0, len(cards))
	for _, c := range cards {
		if public[c.ID] {
			public[c.ID] = false
			shown = append(shown, *c)
		}
	}
	return shown
}
