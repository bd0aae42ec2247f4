package checks

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"souk/models"
	"souk/models/outside"
)

// reaching is how many addresses are asked at a time.
const reaching = 4

// links asks every address whether something is there. Being refused is an
// answer: many sites turn programs away. A site that doesn't answer at this
// moment may do so later, and so only warns.
func (s *Service) links(ctx context.Context, sub *subject) ([]models.Finding, error) {
	var addresses []models.Text
	for _, a := range sub.content.Addresses() {
		if !strings.HasPrefix(a.Text, "mailto:") {
			addresses = append(addresses, a)
		}
	}
	found := make([]*models.Finding, len(addresses))
	slots := make(chan struct{}, reaching)
	var all sync.WaitGroup
	for i, a := range addresses {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			found[i] = s.reach(ctx, a)
		})
	}
	all.Wait()
	var findings []models.Finding
	for _, f := range found {
		if f != nil {
			findings = append(findings, *f)
		}
	}
	return findings, nil
}

func (s *Service) reach(ctx context.Context, a models.Text) *models.Finding {
	status, err := s.outside.Reach(ctx, a.Text)
	rule, severity, params := verdict(status, err)
	if rule == "" {
		return nil
	}
	params["address"] = a.Text
	return &models.Finding{Rule: rule, Severity: severity, Field: a.Field, Params: params}
}

func verdict(status int, err error) (rule string, severity models.Severity, params map[string]string) {
	params = map[string]string{}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case errors.Is(err, outside.ErrPrivate):
		return "private_link", models.SeverityError, params
	case isDNS && dns.IsNotFound:
		return "dead_host", models.SeverityError, params
	case err != nil:
		return "silent_link", models.SeverityWarning, params
	case status == http.StatusNotFound, status == http.StatusGone:
		params["status"] = strconv.Itoa(status)
		return "dead_link", models.SeverityError, params
	case status >= 500:
		params["status"] = strconv.Itoa(status)
		return "failing_link", models.SeverityWarning, params
	}
	return "", "", params
}
