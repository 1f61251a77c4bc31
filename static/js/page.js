// After another page was swapped into the body: its focus and its place.
import { sign } from "./sign.js";

let scroll = 0;
let path = "";
let again = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== document.body) return;
  path = location.pathname;
  scroll = window.scrollY;
  again = sign(document.activeElement);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const { xhr, requestConfig } = event.detail;
  // Who asked for one more line has sent nothing yet.
  const refused = xhr?.status === 422 && requestConfig?.triggeringEvent?.submitter?.name !== "more";
  if (event.detail.target !== document.body) {
    if (event.target.matches?.("[data-focus], :has([data-focus])")) focusIn(event.target);
    else if (refused) showFault(event.target);
    return;
  }
  const same = location.pathname === path;
  window.scrollTo(0, same ? scroll : 0);
  if (refused && showFault(document.body)) return;
  const before = same && again && document.querySelector(again);
  if (before) before.focus({ preventScroll: true });
  else if (!focusIn(document.body)) document.getElementById("main")?.focus({ preventScroll: true });
});

// `data-focus` asks for the focus once, when its part arrives.
function focusIn(part) {
  const wanted = part.matches("[data-focus]:not(.row)") ? part : part.querySelector("[data-focus]:not(.row)");
  if (!wanted) return false;
  wanted.removeAttribute("data-focus");
  wanted.focus();
  return true;
}

// What was refused is mended at its first fault, wherever the button was that sent it.
const FAULT = "[aria-invalid=true], [data-invalid] input, [role=alert]:not([hidden])";

function showFault(part) {
  const fault = part.matches?.(FAULT) ? part : part.querySelector?.(FAULT);
  if (!fault) return false;
  fault.focus({ preventScroll: true });
  const { top, bottom } = fault.getBoundingClientRect();
  if (top < 80 || bottom > innerHeight - 120) fault.scrollIntoView({ block: "center" });
  return true;
}

// A dialog's address that was opened as a page has no page behind it to put the answer into: its
// forms and links then do what they do without htmx.
document.addEventListener("htmx:beforeProcessNode", ({ target }) => {
  const where = target.closest(".dialog-page") && target.getAttribute("hx-target");
  if (!where?.startsWith("#") || (where !== "#dialog" && document.querySelector(where))) return;
  for (const verb of ["hx-get", "hx-post"]) target.removeAttribute(verb);
});
