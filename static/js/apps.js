// What an app asks for: shows what a choice adds up to while one chooses, and
// finds permissions by a word. Without it a button shows the same.

const form = document.querySelector("form[data-effect]");
const effect = document.querySelector("#effect");

const level = (key) => form.elements.namedItem(`permission.${key}`)?.value ?? "";
const ranks = ["", "read", "write", "admin"];

// Each row says which of its sentences hold, each event whether it can come.
function mark() {
  for (const row of form.querySelectorAll(".access-row")) {
    const select = row.querySelector("select");
    const rank = ranks.indexOf(select?.value ?? "");
    row.classList.toggle("chosen", select ? rank > 0 : Boolean(row.querySelector(":checked")));
    for (const says of row.querySelectorAll("[data-level]")) {
      says.classList.toggle("on", rank >= ranks.indexOf(says.dataset.level));
    }
  }
  for (const group of form.querySelectorAll(".access-group")) {
    group.querySelector("[data-chosen]").textContent = String(group.querySelectorAll(".access-row.chosen").length);
  }
  // Metadata comes with anything else of a repository.
  const repository = form.querySelector("#group-repository .access-row.chosen");
  for (const event of form.querySelectorAll("[data-needs]")) {
    const needs = event.dataset.needs.split(" ").filter(Boolean);
    event.classList.toggle("locked", needs.length > 0 && !needs.some(level) && !(repository && needs.includes("metadata")));
  }
}

let waiting, under;
async function refresh() {
  under?.abort();
  under = new AbortController();
  const chosen = new URLSearchParams([...new FormData(form)].filter(([name, value]) => value !== "" && name !== "note"));
  try {
    const answer = await fetch(form.dataset.effect, { method: "POST", body: chosen, signal: under.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    effect.replaceChildren(...page.body.childNodes);
  } catch (e) {
    if (e.name !== "AbortError") return; // offline: the button still asks
  }
}

function filter() {
  const box = form.querySelector(".access-filter");
  if (!box) return;
  const input = box.querySelector("input");
  const none = box.querySelector("[role=status]");
  const open = new Map([...form.querySelectorAll(".access-group")].map((g) => [g, g.open]));
  box.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase();
    let found = 0;
    for (const [group, was] of open) {
      let here = 0;
      for (const row of group.querySelectorAll(".access-row")) {
        row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words);
        here += row.hidden ? 0 : 1;
      }
      group.open = words === "" ? was : here > 0;
      found += here;
    }
    none.textContent = found ? "" : none.dataset.none;
    none.classList.toggle("vh", found > 0);
  });
  input.addEventListener("keydown", (e) => {
    if (e.key === "Enter") e.preventDefault();
  });
}

if (form && effect) {
  form.querySelector("[name=act]").hidden = true;
  form.addEventListener("change", (e) => {
    if (!e.target.name || e.target.name === "note") return;
    mark();
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 150);
  });
  filter();
}
