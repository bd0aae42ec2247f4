package models

// Site is where this marketplace is, for what names its own addresses outside of a
// request: payloads of webhooks, pages that a gateway leads back to. Base has no
// slash at its end. It is set before the first request.
type Site struct {
	Base        string
	Development bool // the test gateway may be used
}
