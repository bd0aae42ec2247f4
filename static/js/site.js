// Every page: search as you type, menus that close, themes without a reload.
// All of it works without this file, only slower.

const wait = 80;

// The search field becomes a combobox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
function suggest(form, index) {
  const input = form.elements.query;
  const status = form.querySelector("[role=status]");
  const list = document.createElement("ul");
  list.id = "options-" + index;
  list.className = "options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const known = new Map();
  let timer, asking, active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const show = (html) => {
    list.innerHTML = html;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.querySelectorAll("[role=option]").forEach((o, i) => (o.id = list.id + "-" + i));
    const n = list.children.length;
    list.hidden = n === 0;
    input.setAttribute("aria-expanded", String(n > 0));
    status.textContent = n > 0 ? status.dataset.count.replace("#", n) : status.dataset.none;
  };

  const ask = async () => {
    asking?.abort();
    const text = input.value.trim();
    if (!text) return close();
    if (known.has(text)) return show(known.get(text));
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.suggest + "?q=" + encodeURIComponent(text), { signal: asking.signal });
      if (!answer.ok) return close();
      const html = await answer.text();
      known.set(text, html);
      if (input.value.trim() === text && document.activeElement === input) show(html);
    } catch {
      // Cancelled by the next letter, or no network: Enter still searches.
    }
  };

  const move = (step) => {
    const options = list.querySelectorAll("[role=option]");
    if (!options.length) return;
    options[active]?.setAttribute("aria-selected", "false");
    active = (active + step + options.length + 1) % (options.length + 1);
    const now = options[active];
    if (!now) {
      active = options.length;
      input.removeAttribute("aria-activedescendant");
      return;
    }
    now.setAttribute("aria-selected", "true");
    now.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", now.id);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  });
  input.addEventListener("focus", () => list.children.length && input.value.trim() && show(list.innerHTML));
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (list.hidden) return void ask();
      move(e.key === "ArrowDown" ? 1 : -1);
    } else if (e.key === "Escape") {
      if (list.hidden) input.value = "";
      else e.preventDefault();
      close();
    } else if (e.key === "Enter" && !list.hidden && list.children[active]) {
      e.preventDefault();
      location.assign(list.children[active].dataset.href);
    }
  });
  list.addEventListener("mousedown", (e) => e.preventDefault());
  list.addEventListener("click", (e) => {
    const option = e.target.closest("[data-href]");
    if (option) location.assign(option.dataset.href);
  });
}

document.querySelectorAll("form[data-suggest]").forEach(suggest);

// "/" goes to the search from anywhere but a field.
document.addEventListener("keydown", (e) => {
  if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.target.closest("input, textarea, select, [contenteditable]")) return;
  e.preventDefault();
  const field = document.querySelector("[data-shortcut]");
  field.focus();
  field.select();
});

// Menus close on Escape and on a click elsewhere.
const menus = document.querySelectorAll("details[data-menu]");
document.addEventListener("click", (e) => menus.forEach((m) => m.contains(e.target) || (m.open = false)));
menus.forEach((m) =>
  m.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !m.open) return;
    m.open = false;
    m.querySelector("summary").focus();
  }),
);

// A button beside a value copies it, as plain text. The newer interface wants
// https and a window in front, so it comes second.
async function copy(element) {
  const text = element.textContent;
  const put = (e) => {
    e.clipboardData.setData("text/plain", text);
    e.preventDefault();
  };
  getSelection().selectAllChildren(element);
  document.addEventListener("copy", put);
  const done = document.execCommand?.("copy");
  document.removeEventListener("copy", put);
  if (!done) await navigator.clipboard.writeText(text);
}

document.querySelectorAll("[data-copy]").forEach((box) => {
  const button = box.querySelector("button");
  const word = button.querySelector("span");
  const usual = word.textContent;
  const say = (text, status) => {
    word.textContent = text;
    box.querySelector("[role=status]").textContent = status;
  };
  let timer;
  button.addEventListener("click", async () => {
    await copy(box.querySelector("code"));
    say(button.dataset.done, button.dataset.done);
    clearTimeout(timer);
    timer = setTimeout(() => say(usual, ""), 3000);
  });
});

// A password shows while its button is pressed, and never stays shown when the
// form goes off, so that browsers don't keep it as plain text.
document.querySelectorAll("[data-reveal]").forEach((button) => {
  const field = button.parentElement.querySelector("input");
  const show = (on) => {
    field.type = on ? "text" : "password";
    button.setAttribute("aria-pressed", String(on));
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
});

// A theme changes at once; the form still tells the server.
document.querySelectorAll("form[data-theme-form]").forEach((form) =>
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const theme = e.submitter.value;
    const body = new URLSearchParams({ theme, return: form.elements.return.value });
    document.documentElement.dataset.theme = theme;
    document.querySelector("meta[name=color-scheme]").content = theme || "light dark";
    form.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === e.submitter)));
    await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => form.submit());
  }),
);
