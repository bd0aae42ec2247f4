package jobs

import "time"

// TellUpdates tells everybody who may agree that an installed app may do more: it asks
// for that since At. What is asked for later has a job of its own.
type TellUpdates struct {
	AppID int64     `json:"app_id"`
	At    time.Time `json:"at"`
}

// Kind is the stable name in the queue.
func (TellUpdates) Kind() string { return "tell_updates" }
