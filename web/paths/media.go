package paths

import (
	"net/url"
	"strconv"
	"strings"
)

// Pictures of apps and listings.
const (
	ImagePat      = "/images/:hash"
	ImageSizedPat = "/images/:hash/:width"

	ManageMediaPat            = manage + "/media"
	ManageLogoPat             = manage + "/media/logo"
	ManageLogoRemovePat       = manage + "/media/logo/remove"
	ManageFeaturePat          = manage + "/media/feature"
	ManageFeatureRemovePat    = manage + "/media/feature/remove"
	ManageScreenshotsPat      = manage + "/media/screenshots"
	ManageScreenshotPat       = manage + "/media/screenshots/:hash"
	ManageScreenshotMovePat   = manage + "/media/screenshots/:hash/move"
	ManageScreenshotRemovePat = manage + "/media/screenshots/:hash/remove"

	AppLogoPat       = appSettings + "/logo"
	AppLogoRemovePat = appSettings + "/logo/remove"

	APIImages = API + "/images"
)

// Uploads are the addresses that take more than a form usually holds. Each has
// a bound of its own.
func Uploads() []string {
	return []string{ImportRepositories, ManageLogoPat, ManageFeaturePat, ManageScreenshotsPat, ManageScreenshotPat, AppLogoPat, APIImages}
}

// ManageMedia is what is done with the pictures of a listing: "logo",
// "logo/remove", "feature", "feature/remove", "screenshots"; "" is the page.
func ManageMedia(slug, act string) string { return under(ManageListing(slug, "media"), act) }

// ManageScreenshot is what is done with one screenshot: "move", "remove"; "" is
// changing it.
func ManageScreenshot(slug, hash, act string) string {
	return under(ManageMedia(slug, "screenshots")+"/"+url.PathEscape(hash), act)
}

// Image is a stored picture in its full size, by the hash of its bytes.
func Image(hash string) string { return "/images/" + url.PathEscape(hash) }

// ImageSized is a stored picture at most so many pixels wide; width is one of
// ImageWidths.
func ImageSized(hash string, width int) string { return Image(hash) + "/" + strconv.Itoa(width) }

// ImageWidths lists the widths that pictures are kept in beside the full one.
func ImageWidths() []int { return []int{64, 128, 256, 512, 640, 1280} }

// ImageSet is the srcset of a picture in several widths.
func ImageSet(hash string, widths ...int) string {
	all := make([]string, len(widths))
	for i, w := range widths {
		all[i] = ImageSized(hash, w) + " " + strconv.Itoa(w) + "w"
	}
	return strings.Join(all, ", ")
}

// ImageHash is the hash in the address of a stored picture, "" for any other
// address.
func ImageHash(address string) string {
	hash, ours := strings.CutPrefix(address, "/images/")
	if !ours {
		return ""
	}
	hash, _, _ = strings.Cut(hash, "/")
	return hash
}
