// A file that the server would refuse is refused before it is sent: data-most (bytes) and the
// endings of `accept`, with the words in data-too-large and data-wrong-kind.
document.addEventListener("change", ({ target }) => {
  if (target.matches?.("input[type=file][data-most]")) check(target);
});

function check(input) {
  const said = [...input.files].map((file) => problem(input.dataset, input.accept, file)).find(Boolean) ?? "";
  input.setCustomValidity(said);
  input.toggleAttribute("aria-invalid", Boolean(said));
  input.closest(".drop")?.toggleAttribute("data-invalid", Boolean(said));
  document.getElementById(`${input.id}_error`)?.remove(); // was said of another file
  const place = document.getElementById(input.dataset.says);
  place.hidden = !said;
  place.querySelector("[data-said]").textContent = said;
}

function problem({ most, tooLarge, wrongKind }, accept, { name, size }) {
  const endings = accept.toLowerCase().split(",");
  if (name.includes(".") && !endings.some((ending) => name.toLowerCase().endsWith(ending))) return wrongKind;
  return size > Number(most) ? tooLarge : "";
}

// htmx stops at a form that isn't valid without a word.
document.addEventListener("htmx:validation:halted", ({ target }) => {
  target.querySelector?.("input[type=file][data-most]:invalid")?.focus();
});
