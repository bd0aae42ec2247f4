// Passkeys: makes them, signs in with them, confirms with them. What a browser
// can't do stays hidden, and every page says what to do instead.
// https://www.w3.org/TR/webauthn-3/

const possible = Boolean(window.PublicKeyCredential && navigator.credentials);
const forms = possible ? [...document.querySelectorAll("form[data-passkey]")] : [];
// A challenge is good for five minutes; one that waits is replaced before that.
const renewal = 4 * 60 * 1000;

// Bytes travel as base64url.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function decoded(options) {
  const known = (list) => list?.map((c) => ({ ...c, id: bytes(c.id) }));
  const out = { ...options, challenge: bytes(options.challenge) };
  if (options.user) out.user = { ...options.user, id: bytes(options.user.id) };
  if (options.allowCredentials) out.allowCredentials = known(options.allowCredentials);
  if (options.excludeCredentials) out.excludeCredentials = known(options.excludeCredentials);
  return out;
}

function encoded(credential) {
  const from = credential.response;
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (from[name]) response[name] = text(from[name]);
  }
  if (from.getTransports) response.transports = from.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: {},
    response,
  });
}

class Refused extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

async function post(address, body, signal) {
  const answer = await fetch(address, { method: "POST", body, signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Refused(answer.status);
  return answer.json();
}

// One ceremony: a challenge, the device, the answer, and on to the next page.
async function perform(form, mediation, signal) {
  const { begin, finish, passkey, then } = form.dataset;
  const body = new URLSearchParams(new FormData(form));
  const publicKey = decoded((await post(begin, body, signal)).publicKey);
  const credential = await navigator.credentials[passkey]({ publicKey, mediation, signal });
  signal?.throwIfAborted();
  const answer = new URLSearchParams(new FormData(form));
  answer.set("credential", encoded(credential));
  const { location: next } = await post(finish, answer);
  if (then) HTMLFormElement.prototype.submit.call(document.getElementById(then));
  else location.assign(next);
}

// What to say of a failure; nothing of one that we caused ourselves.
function reason(error, says) {
  if (error instanceof Refused) return error.status === 429 ? says.tried : says.failed;
  if (error.name === "AbortError") return "";
  if (error.name === "NotAllowedError") return says.cancelled;
  if (error.name === "InvalidStateError") return says.known;
  return error instanceof TypeError ? says.offline : says.failed;
}

function tell(form, message) {
  const place = form.querySelector("[data-problem]");
  place.textContent = message;
  place.hidden = !message;
}

// Browsers offer passkeys in the field for the login, while nothing was asked.
let waiting;

async function offer(form) {
  if (!document.querySelector("input[autocomplete~=webauthn]")) return;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  const again = setTimeout(() => {
    waiting.abort();
    offer(form);
  }, renewal);
  try {
    await perform(form, "conditional", waiting.signal);
  } catch (error) {
    clearTimeout(again);
    if (error instanceof Refused && error.status !== 429) tell(form, form.dataset.failed);
  }
}

for (const form of forms) {
  const button = form.querySelector("button:not([type=button])");
  form.hidden = false;
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    waiting?.abort();
    tell(form, "");
    button.disabled = true;
    try {
      await perform(form);
    } catch (error) {
      // The page asks first whether it is still you, if that was long ago.
      if (error instanceof Refused && error.status === 403) return void location.reload();
      tell(form, reason(error, form.dataset));
    }
    button.disabled = false;
  });
  if ("conditional" in form.dataset) offer(form);
}

if (possible) {
  document.querySelectorAll("[data-no-passkeys]").forEach((e) => (e.hidden = true));
  document.querySelectorAll("[data-with-passkeys]").forEach((e) => (e.hidden = false));
}
