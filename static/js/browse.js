// Lists: a filter applies when it is ticked, without a full reload; at most
// four boxes can be ticked for a comparison. Without this file a button applies
// the filters and the server counts the boxes.

let asking;

async function load(url, push, focus) {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "text/html" } });
    if (!answer.ok) return location.assign(url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    swap(page, focus);
    if (push) history.pushState({}, "", url);
  } catch (e) {
    if (e.name !== "AbortError") location.assign(url);
  }
}

// swap takes over the list and the counts, and keeps what the reader opened.
function swap(page, focus) {
  const next = page.querySelector("[data-browse]");
  const now = document.querySelector("[data-browse]");
  const open = [...now.querySelectorAll("details")].map((d) => d.open);
  document.title = page.title;
  document.querySelector("main h1").replaceWith(page.querySelector("main h1"));
  document.querySelectorAll(".menu-list a, .langs a").forEach((a) => {
    const same = page.querySelector(`.menu-list a[lang="${a.lang}"]`);
    if (same) a.href = same.href;
  });
  now.replaceWith(next);
  next.querySelectorAll("details").forEach((d, i) => (d.open ||= open[i] ?? false));
  start();
  if (focus) next.querySelector(focus)?.focus();
}

function start() {
  const filters = document.getElementById("filters");
  const change = (e) => {
    const data = new URLSearchParams([...new FormData(filters)].filter(([, v]) => v !== ""));
    if (data.get("sort") === "best") data.delete("sort");
    const query = data.toString();
    const field = e.target;
    const focus = field.id ? "#" + field.id : `[name="${field.name}"][value="${CSS.escape(field.value)}"]`;
    load(filters.action + (query && "?" + query), true, focus);
  };
  filters?.addEventListener("change", change);
  document.getElementById("sort")?.addEventListener("change", change);
  limit(document.getElementById("compare"));
}

function limit(form) {
  if (!form) return;
  const hint = form.querySelector("[role=status]");
  const usual = hint.textContent;
  const count = () => {
    const boxes = [...document.querySelectorAll("input[type=checkbox][name=apps]")];
    const chosen = form.querySelectorAll("input[type=hidden][name=apps]").length + boxes.filter((b) => b.checked).length;
    const full = chosen >= Number(form.dataset.max);
    boxes.forEach((b) => (b.disabled = full && !b.checked));
    hint.textContent = full ? form.dataset.full : usual;
  };
  form.closest(".results").addEventListener("change", count);
  count();
}

addEventListener("popstate", () => document.querySelector("[data-browse]") && load(location.href, false));
start();
