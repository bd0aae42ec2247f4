// Pages on which a draft is written: saves by itself, counts, shows what the
// linter says and what a description will look like. Without this file the same
// forms have a button for each of it.

const pause = 1000; // after the last key, until it is saved
const retry = 10_000; // after a failure
const patience = 20_000; // with an answer

const length = (text) => [...text.replace(/\r\n?/g, "\n").trim()].length;
const entries = (text) => new Set(text.split(/[,，、;；\n]/).map((w) => w.trim()).filter(Boolean)).size;
const page = (html) => new DOMParser().parseFromString(html, "text/html");

// What a save by somebody else made of a text, while one goes on typing: both
// changes, where they don't touch each other; null where they do.
function joined(sent, saved, typed) {
  if (typed === sent) return saved;
  const span = (to) => {
    let from = 0;
    while (from < sent.length && from < to.length && sent[from] === to[from]) from++;
    let end = 0;
    while (end < sent.length - from && end < to.length - from && sent[sent.length - 1 - end] === to[to.length - 1 - end]) end++;
    return { from, to: sent.length - end, text: to.slice(from, to.length - end) };
  };
  let [a, b] = [span(saved), span(typed)];
  if (a.from > b.from) [a, b] = [b, a];
  if (a.to >= b.from) return null;
  return sent.slice(0, a.from) + a.text + sent.slice(a.to, b.from) + b.text + sent.slice(b.to);
}

class Draft {
  constructor(form) {
    this.form = form;
    this.says = form.dataset;
    this.shows = form.querySelector("[data-shows]");
    this.hears = form.querySelector("[data-hears]");
    this.compare = form.querySelector("[data-compare]");
    this.state = "saved";
    this.kept = this.typed(); // what the server has
    this.turn = 0;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => (this.leaving = true));
    addEventListener("online", () => this.dirty() && this.save());
    addEventListener("offline", () => this.dirty() && this.tell("offline"));
    addEventListener("pageshow", () => (this.leaving = false));
    addEventListener("beforeunload", (e) => {
      if (!this.leaving && this.dirty()) e.preventDefault();
    });
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty() && this.save());
  }

  // The fields, without what every save has of its own.
  typed() {
    const body = new URLSearchParams(new FormData(this.form));
    for (const name of ["base", "editor", "turn", "act"]) body.delete(name);
    return body.toString();
  }

  dirty() {
    return this.typed() !== this.kept;
  }

  changed() {
    clearTimeout(this.timer);
    if (this.state === "conflict") return;
    if (!this.dirty()) {
      if (!this.saving) this.tell("saved");
      return;
    }
    this.show("unsaved");
    this.timer = setTimeout(() => this.save(), pause);
  }

  // One save at a time: what was typed meanwhile goes with the next.
  async save() {
    clearTimeout(this.timer);
    if (this.saving || this.leaving || this.state === "conflict" || !this.dirty()) return;
    this.saving = true;
    this.show("saving");
    const sent = this.typed();
    const body = new URLSearchParams(new FormData(this.form));
    body.set("act", "auto");
    body.set("turn", ++this.turn);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(patience) });
      await this.answered(answer, sent);
    } catch {
      this.tell(navigator.onLine ? "failed" : "offline");
      this.timer = setTimeout(() => this.save(), retry);
    }
    this.saving = false;
    if (this.state === "saved" && this.dirty()) this.changed();
  }

  async answered(answer, sent) {
    if (answer.type === "opaqueredirect" || [401, 403, 404, 410].includes(answer.status)) return this.tell("gone");
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    const says = page(await answer.text());
    if (answer.ok) return this.saved(says.querySelector("[data-version]"), sent);
    const problem = says.querySelector("[data-problem]");
    if (!problem) throw new Error(answer.status);
    if (answer.status === 409) this.compare.hidden = false;
    this.tell(answer.status === 409 ? "conflict" : "refused", problem.textContent);
  }

  // What the server has now is what was sent, with what others have written.
  saved(says, sent) {
    const was = new URLSearchParams(sent);
    const merged = [];
    for (const m of says.querySelectorAll("[data-merged]")) {
      const name = m.dataset.merged;
      const saved = m.getAttribute("value");
      if (this.form.elements[name]) merged.push({ name, to: joined(was.get(name) ?? "", saved, this.value(name)), saved });
    }
    if (merged.some((m) => m.to === null)) {
      // Both write in the same line at this moment: the next save decides.
      this.kept = sent;
      return this.tell("saved");
    }
    for (const { name, to, saved } of merged) {
      this.put(name, to);
      was.set(name, saved);
    }
    this.kept = was.toString();
    this.form.elements.base.value = says.dataset.version;
    for (const list of says.querySelectorAll("[data-beside]")) {
      const place = this.form.querySelector(`[data-beside="${CSS.escape(list.dataset.beside)}"]`);
      if (place && place.innerHTML.trim() !== list.innerHTML.trim()) place.replaceChildren(...list.childNodes);
    }
    this.tell("saved", merged.length ? this.says.saysMerged : undefined);
  }

  value(name) {
    return new FormData(this.form).get(name) ?? "";
  }

  put(name, value) {
    const field = this.form.elements[name];
    if (this.value(name) === value) return;
    if (field.setRangeText && document.activeElement === field) field.setRangeText(value, 0, field.value.length, "preserve");
    else field.value = value;
    field.dispatchEvent?.(new Event("put"));
  }

  // Everyone sees each state; those who listen hear of one when it is another
  // than the last they heard.
  tell(state, text = this.says["says" + state[0].toUpperCase() + state.slice(1)]) {
    this.show(state, text);
    if (this.heard === text) return;
    this.heard = text;
    this.hears.textContent = text;
  }

  show(state, text = this.says["says" + state[0].toUpperCase() + state.slice(1)]) {
    this.state = state;
    this.shows.dataset.state = state;
    this.shows.textContent = text;
  }
}

// A counter is read with its field, and says something by itself only when the
// end comes near, and after a pause.
function count(counter, heard) {
  const field = document.getElementById(counter.dataset.counter);
  if (!field) return;
  const most = Number(counter.dataset.max);
  const of = "entries" in counter.dataset ? entries : length;
  const [seen, said] = counter.children;
  let timer;
  const update = (loud) => {
    const n = of(field.value);
    seen.textContent = `${n} / ${most}`;
    said.textContent = counter.dataset.says.replace("#", n);
    counter.classList.toggle("over", n > most);
    clearTimeout(timer);
    if (loud && n > most * 0.9) timer = setTimeout(() => (heard.textContent = said.textContent), 1500);
  };
  field.addEventListener("input", () => update(true));
  field.addEventListener("put", () => update(false));
}

// The description as visitors will see it, a moment after each change.
function preview(box, address) {
  const field = document.getElementById(box.dataset.preview);
  const panel = box.querySelector("section");
  const html = box.querySelector("[data-html]");
  const button = box.querySelector("button");
  let asking, timer;
  const render = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ text: field.value }), signal: asking.signal });
      if (answer.ok) html.innerHTML = await answer.text(); // sanitized where it was made
    } catch {
      // Cancelled by the next letter, or no network: the text itself is kept.
    }
  };
  button.type = "button";
  button.setAttribute("aria-expanded", String(!panel.hidden));
  button.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden) render();
  });
  const later = () => {
    clearTimeout(timer);
    if (!panel.hidden) timer = setTimeout(render, 300);
  };
  field.addEventListener("input", later);
  field.addEventListener("put", later);
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  new Draft(form);
  const heard = form.querySelector("[data-counts]");
  form.querySelectorAll("[data-counter]").forEach((c) => count(c, heard));
  form.querySelectorAll("[data-preview]").forEach((box) => preview(box, form.dataset.markdown));
}
