package models

// AppRights is what the rules about an app need to know of it.
type AppRights struct {
	ID        int64
	AccountID int64 // its integrator; 0: nobody
	Managed   bool  // the actor is one of its managers
	Suspended bool  // its integrator is, by staff
}
