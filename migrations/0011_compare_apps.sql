-- Names of apps that only look alike are found as those of logins are.
CREATE INDEX apps_skeleton_idx ON apps (login_skeleton(slug));
