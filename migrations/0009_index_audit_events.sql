-- What people filter the log of everyone by.
CREATE INDEX audit_events_login_idx ON audit_events (actor_login, id DESC);
CREATE INDEX audit_events_staff_idx ON audit_events (staff_login, id DESC) WHERE staff_login <> '';
CREATE INDEX audit_events_ip_idx ON audit_events (ip, id DESC);
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
