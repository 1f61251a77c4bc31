// Groups of a tree fold and stay folded: data-expand="id of what it shows".
const remembered = (button) => `fold:${button.dataset.remember}`;

function set(button, open) {
  const part = document.getElementById(button.dataset.expand);
  button.setAttribute("aria-expanded", String(open));
  if (part) part.hidden = !open;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-expand]");
  if (!button) return;
  event.preventDefault();
  const open = button.getAttribute("aria-expanded") !== "true";
  set(button, open);
  if (button.dataset.remember) localStorage.setItem(remembered(button), open ? "1" : "0");
});

function recall() {
  for (const button of document.querySelectorAll("[data-expand][data-remember]")) {
    const kept = localStorage.getItem(remembered(button));
    if (kept !== null) set(button, kept === "1");
  }
}

document.addEventListener("htmx:afterSettle", recall);
recall();
