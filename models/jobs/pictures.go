package jobs

// TendPictures moves pictures that the database holds into the bucket, and
// removes those that nobody shows any more.
type TendPictures struct{}

// Kind names the job in the queue.
func (TendPictures) Kind() string { return "tend_pictures" }
