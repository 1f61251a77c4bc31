// Menus stand beside what opened them. Links with `data-menu` load theirs from their address.
const GAP = 4;
const EDGE = 8;
const phone = window.matchMedia("(width < 700px)");
let lastButton = null;

document.addEventListener(
  "click",
  (event) => {
    lastButton = event.target.closest?.("[popovertarget]") ?? lastButton;
  },
  true,
);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-menu]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.defaultPrevented) return;
  event.preventDefault();
  load(link);
});

function shared(link) {
  let menu = document.getElementById("menu");
  if (!menu) {
    menu = document.createElement("section");
    Object.assign(menu, { id: "menu", className: "menu", popover: "auto" });
  }
  // A menu outside a modal dialog could not be clicked.
  const home = link.closest("dialog[open]") ?? document.body;
  if (menu.parentElement !== home) home.append(menu);
  return menu;
}

async function load(link) {
  const menu = shared(link);
  const again = menu.matches(":popover-open") && menu.opener === link;
  if (menu.matches(":popover-open")) menu.hidePopover();
  if (again) return;
  // Emptied only now: a closed menu may still hold the form whose answer is on its way.
  menu.replaceChildren();
  menu.opener = link;
  menu.dataset.size = link.dataset.menu;
  link.setAttribute("aria-busy", "true");
  try {
    await htmx.ajax("get", link.href, { target: menu, swap: "innerHTML" });
  } finally {
    link.removeAttribute("aria-busy");
  }
  if (!menu.childElementCount || menu.opener !== link) return;
  menu.showPopover();
  (menu.querySelector("[autofocus], [data-focus]") ?? items(menu)[0])?.focus({ preventScroll: true });
}

// Beside its opener: under it, or above when there is no room; never over the edge.
function place(menu) {
  const opener = menu.opener;
  if (phone.matches || !opener) return clear(menu);
  const at = anchor(opener).getBoundingClientRect();
  menu.dataset.placed = "";
  const { offsetWidth: width, offsetHeight: height } = menu;
  const fits = at.bottom + GAP + height <= innerHeight - EDGE || at.top - GAP - height < EDGE;
  const top = fits ? at.bottom + GAP : at.top - GAP - height;
  const left = at.left + width <= innerWidth - EDGE ? at.left : at.right - width;
  menu.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - EDGE - height))}px`;
  menu.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - width))}px`;
}

function clear(menu) {
  delete menu.dataset.placed;
  menu.style.removeProperty("top");
  menu.style.removeProperty("left");
}

// An action that only shows on hover has no box when a key opened its menu: its row has.
function anchor(opener) {
  return opener.checkVisibility() ? opener : (opener.closest(".row") ?? opener.parentElement);
}

// The chip that opens the date picker is a radio button, which can't say it.
function expanded(opener, open) {
  if (opener?.matches("a, button")) opener.setAttribute("aria-expanded", String(open));
}

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.classList?.contains("menu")) return;
    if (event.newState === "open") {
      if (menu.id !== "menu" && !menu.matches("[data-picker]")) menu.opener = lastButton;
      expanded(menu.opener, true);
      place(menu);
      return;
    }
    expanded(menu.opener, false);
    const focusLost = menu.contains(document.activeElement) || document.activeElement === document.body;
    if (focusLost && menu.opener?.isConnected && !document.querySelector("dialog:modal:not(:has(#menu))")) {
      menu.opener.focus({ preventScroll: true });
    }
    clear(menu);
  },
  true,
);
window.addEventListener("resize", () => document.querySelectorAll(".menu:popover-open").forEach(place));
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const menu = target.closest?.(".menu:popover-open");
  if (menu) place(menu);
});

// A choice closes its menu; the form stays in the page until its answer is there.
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  const menu = detail.elt.closest(".menu:popover-open:not([data-picker])");
  if (menu && detail.requestConfig.verb !== "get") setTimeout(() => menu.matches(":popover-open") && menu.hidePopover());
});

function items(menu) {
  return [...menu.querySelectorAll(".menu-item")].filter((one) => one.checkVisibility() && !one.disabled);
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open");
  if (!menu || event.target.matches("[role=combobox]")) return;
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  const list = items(menu);
  if (!step || !list.length || event.target.closest(".picker")) return;
  event.preventDefault();
  const now = list.indexOf(document.activeElement);
  const next = Number.isFinite(step) ? (now + step + list.length) % list.length : step < 0 ? 0 : list.length - 1;
  list[now < 0 && step < 0 ? list.length - 1 : next].focus();
});
