// A form with `data-keep` loses nothing when something else takes its place before it was saved:
// what was typed is kept in this tab, and filled in again when the form comes back. The words of
// `data-keep` say so on leaving, `[data-kept]` on coming back, `[data-kept-drop]` gives it up.
const FORM = "form[data-keep]";
const OWN = new Set(["csrfmiddlewaretoken", "once"]);
const start = new WeakMap();

const key = (form) => `kept ${form.getAttribute("action")}`;
const said = (form) => [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function fill(form, pairs) {
  for (const control of form.elements) {
    if (!control.name || OWN.has(control.name) || control.type === "file") continue;
    const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
  }
}

function arrive(form) {
  if (start.has(form)) return;
  // What a refused form holds was typed, though it looks as if it had come so.
  start.set(form, form.querySelector("[aria-invalid=true], [role=alert], .error") ? null : said(form));
  const kept = sessionStorage.getItem(key(form));
  if (!kept || start.get(form) === null) return;
  fill(form, JSON.parse(kept));
  const notice = form.querySelector("[data-kept]");
  if (notice) notice.hidden = same(said(form), start.get(form));
}

function leave(form, silent) {
  if (!start.has(form)) return;
  if (same(said(form), start.get(form))) return sessionStorage.removeItem(key(form));
  sessionStorage.setItem(key(form), JSON.stringify(said(form)));
  if (silent) return;
  const detail = { text: form.dataset.keep, tone: "info" };
  document.dispatchEvent(new CustomEvent("ui:toast", { detail }));
}

const each = (part, then) => [...(part.querySelectorAll?.(FORM) ?? []), ...(part.matches?.(FORM) ? [part] : [])].forEach(then);

// Saved, or refused with all that was typed in the answer: nothing of it is to be kept.
function settle(form, refused) {
  if (!refused) sessionStorage.removeItem(key(form));
  start.delete(form);
}

document.addEventListener("htmx:beforeOnLoad", ({ detail: { elt, xhr } }) => {
  if (elt.matches(FORM) && (xhr.status < 300 || xhr.status === 422)) settle(elt, xhr.status === 422);
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.shouldSwap) each(detail.target, (form) => leave(form, false));
});
document.addEventListener("htmx:afterSettle", () => each(document, arrive));
window.addEventListener("pagehide", () => each(document, (form) => leave(form, true)));
document.addEventListener("submit", ({ target }) => {
  // Without htmx the answer is another page, which keeps what it refuses by itself.
  if (target.matches(FORM) && !target.hasAttribute("hx-post")) settle(target, false);
});

document.addEventListener("click", ({ target }) => {
  const form = target.closest?.("[data-kept-drop]")?.closest(FORM);
  if (!form) return;
  fill(form, start.get(form));
  sessionStorage.removeItem(key(form));
  form.querySelector("[data-kept]").hidden = true;
  form.querySelector("input:not([type=hidden])")?.focus();
});

// Whoever signs in next in this tab finds nothing of it.
if (document.querySelector(".login")) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("kept ")) sessionStorage.removeItem(name);
}
each(document, arrive);
