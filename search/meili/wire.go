package meili

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// request is one query of a multi-search. The SDK's can't ask for no hits, and
// decodes a hit into a map; a search page waits for both.
type request struct {
	Index       string   `json:"indexUid"`
	Query       string   `json:"q"`
	Strategy    strategy `json:"matchingStrategy"`
	Filter      any      `json:"filter,omitempty"`
	Facets      []string `json:"facets,omitempty"`
	Sort        []string `json:"sort,omitempty"`
	Locales     []string `json:"locales,omitempty"`
	Retrieve    []string `json:"attributesToRetrieve"`
	Limit       int      `json:"limit,omitempty"`
	HitsPerPage *int     `json:"hitsPerPage,omitempty"`
	Page        int      `json:"page,omitempty"`
}

// strategy says which words of a query may be left unanswered.
type strategy string

const (
	everyWord   strategy = "all"
	rarestWords strategy = "frequency" // the most frequent words may go
	firstWords  strategy = "last"      // the last words may go
)

// answer is Meilisearch's to one request.
type answer struct {
	Hits []struct {
		ID int64 `json:"id"`
	} `json:"hits"`
	TotalHits         int                        `json:"totalHits"`
	FacetDistribution map[string]json.RawMessage `json:"facetDistribution"`
}

// counts are the values of an attribute that the request counted.
func (a *answer) counts(attribute string) (map[string]int, error) {
	out := map[string]int{}
	if text := a.FacetDistribution[attribute]; len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			return nil, fmt.Errorf("counts that can't be read: %w", err)
		}
	}
	return out, nil
}

// listed are the ids of the matches, where the request counted them; false
// where they aren't all, since there are more than Meilisearch counts. They stand there as
// {"7":1,"12":1}.
func (a *answer) listed() ([]int64, bool) {
	out := make([]int64, 0, a.TotalHits)
	id, inside := int64(0), false
	for _, c := range a.FacetDistribution["id"] {
		switch {
		case c == '"':
			if inside {
				out = append(out, id)
			}
			id, inside = 0, !inside
		case !inside:
		case c < '0' || c > '9':
			return nil, false
		default:
			id = id*10 + int64(c-'0')
		}
	}
	return out, len(out) == a.TotalHits
}

func (a *answer) ids() []int64 {
	out := make([]int64, len(a.Hits))
	for i := range a.Hits {
		out[i] = a.Hits[i].ID
	}
	return out
}

// searcher sends searches.
type searcher struct {
	client *http.Client
	url    string
	key    string
}

func newSearcher(client *http.Client, base, key string) searcher {
	return searcher{client: client, url: strings.TrimRight(base, "/") + "/multi-search", key: key}
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 16 << 20

// ask sends requests and returns as many answers.
func (s searcher) ask(ctx context.Context, requests []*request) ([]answer, error) {
	body, err := json.Marshal(map[string]any{"queries": requests})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		req.Header.Set("Authorization", "Bearer "+s.key)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d: %s", resp.StatusCode, text[:min(len(text), 300)])
	}
	var answered struct {
		Results []answer `json:"results"`
	}
	if err := json.Unmarshal(text, &answered); err != nil {
		return nil, fmt.Errorf("an answer that can't be read: %w", err)
	}
	if len(answered.Results) != len(requests) {
		return nil, fmt.Errorf("%d answers to %d queries", len(answered.Results), len(requests))
	}
	return answered.Results, nil
}
