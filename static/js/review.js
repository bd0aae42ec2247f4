// Keys of the page on which a reviewer decides. Each of them presses what stands on
// the page anyway: [data-key] is the key of a button, link or summary. The switch
// turns them off, for those whose tools type letters.

const switchOf = document.querySelector("[data-keys-switch]");
const box = switchOf?.querySelector("input");
const off = "reviewKeysOff";

const choices = { a: "approve", r: "request_changes" };
const refusals = ["reject", "roll_back"];

const typing = (e) => e.target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");

function choose(value) {
  const radio = document.querySelector(`input[name="decision"][value="${value}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  radio.scrollIntoView({ block: "center" });
  return true;
}

// The headings of the page, one after the other.
function move(by) {
  const stops = [...document.querySelectorAll(".settings-body h2, .settings-body h3")];
  const at = stops.indexOf(document.activeElement);
  let next = at + by;
  if (at < 0) {
    const below = stops.findIndex((s) => s.getBoundingClientRect().top > 8);
    next = by > 0 ? below : (below < 0 ? stops.length : below) - 1;
  }
  const stop = stops[next];
  if (!stop) return;
  stop.tabIndex = -1;
  stop.focus();
  stop.scrollIntoView({ block: "start" });
}

function press(key) {
  if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
    return true;
  }
  if (choices[key]) return choose(choices[key]);
  if (key === "x") return refusals.some(choose);
  if (key === "n") {
    document.querySelector('textarea[name="note"]')?.focus();
    return true;
  }
  const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  button?.focus();
  button?.click();
  return Boolean(button);
}

if (switchOf) {
  switchOf.hidden = false;
  try {
    box.checked = !localStorage.getItem(off);
  } catch {
    // Without storage the keys are on.
  }
  box.addEventListener("change", () => {
    try {
      if (box.checked) localStorage.removeItem(off);
      else localStorage.setItem(off, "1");
    } catch {
      // It holds for this page then.
    }
  });
  document.addEventListener("keydown", (e) => {
    if (!box.checked || e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.defaultPrevented || typing(e)) return;
    if (press(e.key)) e.preventDefault();
  });
}
