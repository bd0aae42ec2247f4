// The page on which an app is installed: finds repositories while one types, and
// shows at once what comes of a choice. Without this file its buttons do the same.

const form = document.querySelector("form[data-install]");
const pause = 250; // after the last key
const acts = ["install", "split", "request"];

let waiting, under;

// What is in the page's fields, and the button that stands for what was done.
function chosen(act) {
  const body = new URLSearchParams([...new FormData(form)]);
  body.set("do", act);
  return body;
}

// Where the focus was is found again by name and value.
const like = (e) => `${e.localName}[name="${e.name}"]` + (["radio", "checkbox", "submit"].includes(e.type) ? `[value="${CSS.escape(e.value)}"]` : "");

// What was changed after the question had been sent isn't in the answer.
function keep(old, made, sent) {
  for (const e of old.querySelectorAll("textarea, select, input:not([type=hidden])")) {
    const again = made.querySelector(like(e));
    if (!again) continue;
    if (e.type === "radio" || e.type === "checkbox") {
      if (e.checked !== sent.getAll(e.name).includes(e.value)) again.checked = e.checked;
    } else if (e.value !== sent.get(e.name)) {
      again.value = e.value;
    }
  }
}

// Each part takes the place of its old one. What one types in stays as it is.
function show(page, act, sent) {
  const focused = document.activeElement;
  const typing = document.querySelector("#f-q");
  const scrolled = act === "update" ? (form.querySelector(".chooser fieldset")?.scrollTop ?? 0) : 0;
  const open = form.querySelector(".chooser details")?.open ?? false;
  for (const old of document.querySelectorAll("[data-part]")) {
    const made = page.querySelector(`[data-part="${old.dataset.part}"]`);
    if (!made) continue;
    const held = old.contains(focused) && focused.name && like(focused);
    keep(old, made, sent);
    old.replaceWith(made);
    if (!held) continue;
    const again = made.querySelector(held) ?? made.querySelector("#f-repositories");
    if (again?.id === "f-q" && typing) {
      again.replaceWith(typing);
      typing.focus();
    } else {
      again?.focus({ preventScroll: true });
    }
  }
  form.querySelector(".chooser details")?.toggleAttribute("open", open);
  const list = form.querySelector(".chooser fieldset");
  if (list) list.scrollTop = scrolled;
  const count = form.querySelector(".chooser-sum p")?.textContent ?? "";
  const text = document.querySelector("[data-text]")?.dataset.text ?? "";
  form.querySelector("[data-says]").textContent = `${count} ${text}`;
}

async function send(act) {
  clearTimeout(waiting);
  under?.abort();
  under = new AbortController();
  form.classList.add("busy");
  const body = chosen(act);
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: under.signal, headers: { Accept: "text/html" } });
    if (answer.redirected) return void location.assign(answer.url);
    if (answer.headers.get("Content-Type")?.startsWith("text/html")) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"), act, body);
    }
  } catch (e) {
    if (e.name === "AbortError") return;
    // No network: the buttons still ask.
  }
  form.classList.remove("busy");
}

if (form) {
  form.addEventListener("input", (e) => {
    if (e.target.name !== "q") return;
    clearTimeout(waiting);
    waiting = setTimeout(send, pause, "search");
  });
  form.addEventListener("change", (e) => {
    if (e.target.name === "selection" || e.target.name === "repo") send("update");
  });
  // A second click finds the button taken.
  form.addEventListener("submit", (e) => {
    const act = e.submitter?.value ?? "search";
    if (!acts.includes(act)) {
      e.preventDefault();
      send(act);
    } else if (form.dataset.sent) {
      e.preventDefault();
    } else {
      form.dataset.sent = "yes";
    }
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}
