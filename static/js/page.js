// After another page was swapped into the body: its focus and its place.
let scroll = 0;
let path = "";

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== document.body) return;
  path = location.pathname;
  scroll = window.scrollY;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const inside = event.detail.elt;
  if (event.detail.target !== document.body) {
    inside?.closest("body") && focusIn(inside);
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
