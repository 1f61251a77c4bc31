// After another page was swapped into the body: its focus and its place.
let scroll = 0;
let path = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== document.body) return;
  path = location.pathname;
  scroll = window.scrollY;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target !== document.body) {
    if (event.target.matches?.("[data-focus], :has([data-focus])")) focusIn(event.target);
    return;
  }
  window.scrollTo(0, location.pathname === path ? scroll : 0);
  if (!focusIn(document.body)) document.getElementById("main")?.focus({ preventScroll: true });
});

// `data-focus` asks for the focus once, when its part arrives.
function focusIn(part) {
  const wanted = part.matches("[data-focus]:not(.row)") ? part : part.querySelector("[data-focus]:not(.row)");
  if (!wanted) return false;
  wanted.removeAttribute("data-focus");
  wanted.focus();
  return true;
}
