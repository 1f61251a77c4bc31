// A field edited in its place is saved as one leaves it; Enter saves, Escape takes it back.
const FORM = "form[data-value-form]";
let returnTo = "";

const start = new WeakMap();
const said = (form) => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, value.name ?? value])).toString();
const changed = (form) => start.has(form) && start.get(form) !== said(form);
const told = (form) => form.hasAttribute("data-conflict") || form.querySelector("[aria-invalid=true], .error");

// What a form was shown with: to know what leaving it means.
function opened(part) {
  for (const form of part.querySelectorAll?.(FORM) ?? []) {
    if (!start.has(form)) start.set(form, said(form));
  }
}

document.addEventListener("htmx:afterSettle", ({ target }) => {
  const part = target.isConnected ? target : document;
  opened(part);
  const form = part.matches?.("[data-editing]") ? part.querySelector(FORM) : null;
  if (form && [null, document.body].includes(document.activeElement)) into(form);
  if (!returnTo) return;
  const row = document.getElementById(returnTo);
  if (!row || row.hasAttribute("data-editing")) return;
  row.querySelector("[data-open]")?.focus();
  returnTo = "";
});

function into(form) {
  const control = form.querySelector("input:not([type=hidden]), select, textarea");
  control?.focus();
  if (control?.matches("input:not([type=checkbox], [type=file])")) control.select();
}

function cancel(form) {
  form.querySelector("[data-cancel]")?.click();
}

document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.(FORM);
  if (!form || form.contains(event.relatedTarget)) return;
  // A window that loses the focus, or a chooser of the system, is no leaving.
  setTimeout(() => {
    if (!form.isConnected || !document.hasFocus() || form.contains(document.activeElement)) return;
    if (form.getAttribute("aria-busy") === "true" || form.hasAttribute("data-conflict")) return;
    if (form.querySelector("input[type=file]") && !changed(form)) return cancel(form);
    if (changed(form)) form.requestSubmit();
    else if (!told(form)) cancel(form);
  });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest?.(FORM);
  if (form && event.target.matches("input[type=file]") && event.target.files.length) form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(FORM);
  if (!form || event.isComposing) return;
  const row = form.closest("[data-editing]").id;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    returnTo = row;
    cancel(form);
  } else if (event.key === "Enter" && !event.target.matches("textarea, button, a")) {
    event.preventDefault();
    returnTo = row;
    if (changed(form) || told(form)) form.requestSubmit();
    else cancel(form);
  }
}, true);
