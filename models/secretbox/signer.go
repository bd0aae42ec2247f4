package secretbox

import "crypto/ed25519"

// Receipts is what documents are signed for; it is no use of Seal.
const Receipts Use = "receipts"

// Signer is the key that signs for one use. It is the same for as long as the secret
// is; nothing keeps it.
func (b *Box) Signer(use Use) (ed25519.PrivateKey, error) {
	seed, err := b.derive("signature: " + string(use))
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
