package credentials

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"strconv"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"souk/models"
	"souk/models/db"
)

// Caller finds the app that a JSON web token speaks for: it is signed with one of
// the app's private keys, names the app by its id or its client id, and doesn't
// outlive models.AppTokenLifetime. It returns one of the errors of
// models/app_token.go.
func (s *Service) Caller(ctx context.Context, token string) (appID int64, err error) {
	claims := jwt.MapClaims{}
	unverified, _, err := jwt.NewParser(jwt.WithJSONNumber()).ParseUnverified(token, claims)
	if err != nil || unverified.Method != jwt.SigningMethodRS256 {
		return 0, models.ErrAppToken
	}
	if err := s.timely(claims); err != nil {
		return 0, err
	}
	if appID, err = s.issuer(ctx, claims["iss"]); err != nil {
		return 0, err
	}
	keys, err := s.Keys(ctx, appID)
	if err != nil {
		return 0, err
	}
	if len(keys) == 0 {
		return 0, models.ErrAppNoKey
	}
	for i := range keys {
		if signedBy(token, &keys[i]) {
			return appID, s.UsedKey(ctx, &keys[i])
		}
	}
	return 0, models.ErrAppToken
}

// timely checks when a token was made and when it ends. Clocks may differ by
// models.AppTokenSkew.
func (s *Service) timely(claims jwt.MapClaims) error {
	now := s.now()
	ends, err := claims.GetExpirationTime()
	if err != nil || ends == nil || !ends.Add(models.AppTokenSkew).After(now) {
		return models.ErrAppTokenExpiry
	}
	if ends.After(now.Add(models.AppTokenLifetime + models.AppTokenSkew)) {
		return models.ErrAppTokenFar
	}
	made, err := claims.GetIssuedAt()
	if err != nil || made == nil || made.After(now.Add(models.AppTokenSkew)) {
		return models.ErrAppTokenIssued
	}
	return nil
}

// issuer finds the app that a token names: a number, the same as text, or a client
// id.
func (s *Service) issuer(ctx context.Context, iss any) (appID int64, err error) {
	name := strings.TrimSpace(fmt.Sprint(iss))
	if iss == nil || name == "" || strings.Contains(name, "\x00") {
		return 0, models.ErrAppUnknown
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		id = 0
	}
	err = s.db.Pool().QueryRow(ctx, `SELECT id FROM apps WHERE (id = $1 OR client_id = $2) AND registered_at IS NOT NULL AND kind = 'github_app'`, id, name).Scan(&appID)
	if found, err := db.Found(err); err != nil {
		return 0, fmt.Errorf("credentials: caller: %w", err)
	} else if !found {
		return 0, models.ErrAppUnknown
	}
	return appID, nil
}

// signedBy reports whether a key has signed a token.
func signedBy(token string, k *models.AppKey) bool {
	parsed, err := x509.ParsePKIXPublicKey(k.PublicKey)
	public, ok := parsed.(*rsa.PublicKey)
	if err != nil || !ok {
		return false
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}), jwt.WithoutClaimsValidation())
	_, err = parser.Parse(token, func(*jwt.Token) (any, error) { return public, nil })
	return err == nil
}
