// Pages with pictures: says before anything is sent that a file is too large, and
// shows a colour while it is chosen.

for (const form of document.querySelectorAll("form[data-pictures]")) {
  const file = form.querySelector("input[type=file]");
  file?.addEventListener("change", () => {
    const chosen = file.files[0];
    file.setCustomValidity(chosen && chosen.size > Number(file.dataset.most) ? form.dataset.pictures : "");
    file.reportValidity();
  });
}

// What was reckoned for another colour says nothing about this one.
const forget = (part) => part.querySelectorAll("[data-contrast]").forEach((c) => (c.hidden = true));

for (const color of document.querySelectorAll("input[type=color]")) {
  const part = color.closest(".media-part");
  const backed = part.querySelector("[name=backed]");
  color.addEventListener("input", () => {
    if (backed) backed.checked = true;
    part.querySelectorAll(".backdrop rect").forEach((r) => r.setAttribute("fill", color.value));
    part.querySelector(".feature-card")?.setAttribute("color", color.value);
    forget(part);
  });
}
