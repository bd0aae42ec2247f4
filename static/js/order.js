// The order page: what is chosen shows at once what it comes to, without a
// reload. Without this file a button updates the page.

const form = document.querySelector("form[data-order]");
const pause = 250; // after the last key

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);
let waiting, under;

// The address with what is chosen; what is empty isn't said.
function address() {
  const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  return form.action + "?" + chosen;
}

// Whether a new button, link or choice is what an old one was. What was chosen
// stands in a link's query, and what is paid in a button's value: both change.
const leads = (e) => [e.name, e.getAttribute("formaction"), e.getAttribute("href")?.split("?")[0], e.type === "radio" && e.value, e.tabIndex].join();
const alike = (a, b) => leads(a) === leads(b);

// Each part takes the place of its old one, but for what somebody types in. The
// focus stays where it is.
function show(page) {
  for (const old of document.querySelectorAll("[data-part]")) {
    const made = part(page, old.dataset.part);
    const typing = old.querySelector("input:not([type=radio]):focus");
    const focused = old.contains(document.activeElement) && document.activeElement;
    if (!made) {
      old.replaceChildren();
    } else if (typing) {
      const field = part(page, old.dataset.part).querySelector(`[name="${typing.name}"]`);
      if (field && typing.getAttribute("aria-invalid") !== field.getAttribute("aria-invalid")) mark(typing, field);
    } else {
      old.replaceWith(made);
      if (focused) [...made.querySelectorAll(focused.localName)].find((e) => alike(e, focused))?.focus();
    }
  }
  form.querySelector("[data-says]").textContent = document.querySelector("[data-text]")?.dataset.text ?? "";
}

// What is wrong with a field is said below it, while its text stays.
function mark(typing, field) {
  const box = typing.closest(".field");
  const made = field.closest(".field");
  box.className = made.className;
  box.querySelector(".problem")?.remove();
  for (const name of ["aria-invalid", "aria-describedby"]) {
    const value = field.getAttribute(name);
    if (value === null) typing.removeAttribute(name);
    else typing.setAttribute(name, value);
  }
  const problem = made.querySelector(".problem");
  if (problem) box.append(problem);
}

// Another account has other parts: then the whole form is another.
async function update(whole) {
  under?.abort();
  under = new AbortController();
  const to = address();
  form.classList.add("busy");
  try {
    const answer = await fetch(to, { signal: under.signal, headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return void location.assign(to);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = page.querySelectorAll("[data-part]").length === document.querySelectorAll("[data-part]").length;
    if (whole && !same) return void location.replace(to);
    show(page);
    history.replaceState(null, "", to);
  } catch (e) {
    if (e.name === "AbortError") return;
    // No network: the button still asks.
  }
  form.classList.remove("busy");
}

if (form) {
  form.querySelector("[data-update]")?.remove();
  form.addEventListener("input", (e) => {
    if (e.target.type === "radio") return;
    clearTimeout(waiting);
    waiting = setTimeout(update, pause);
  });
  form.addEventListener("change", (e) => {
    clearTimeout(waiting);
    update(e.target.name === "account");
  });
  // A second click finds the button taken; the order's key makes it one anyway.
  form.addEventListener("submit", (e) => {
    if (form.dataset.sent) return e.preventDefault();
    if (e.submitter?.name === "place") form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}
