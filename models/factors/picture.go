package factors

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"net/url"

	"github.com/pquerna/otp"
)

// provisioningURL is what authenticator apps read from a QR code.
func provisioningURL(issuer, login, secret string) string {
	label := url.PathEscape(issuer + ":" + login)
	return "otpauth://totp/" + label + "?secret=" + secret + "&issuer=" + url.PathEscape(issuer) + "&algorithm=SHA1&digits=6&period=30"
}

// pictureSize is the QR code's, in pixels each way; pages show it at half that.
const pictureSize = 480

// Picture is the setup's QR code as the address of an image.
func (s Setup) Picture() (string, error) {
	key, err := otp.NewKeyFromURL(s.URL)
	if err != nil {
		return "", fmt.Errorf("factors: picture: %w", err)
	}
	img, err := key.Image(pictureSize, pictureSize)
	if err != nil {
		return "", fmt.Errorf("factors: picture: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", fmt.Errorf("factors: picture: %w", err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
