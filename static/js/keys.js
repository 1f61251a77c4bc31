// Keys click what carries them: data-key="e", "g d", "/, ctrl+k". A text field is focused.
const WAIT = 1500;
const TEXT = "input:not([type=radio], [type=checkbox], [type=button], [type=submit], [type=file]), textarea, select, [contenteditable]";
let prefix = "";
let timer = 0;

const typing = (element) => element?.matches?.(TEXT) ?? false;
const keysOf = (element) => element.dataset.key.split(",").map((key) => key.trim());

// Where a key is looked for: the topmost thing that is open, then the active row, then the page.
function scopes() {
  const open = [...document.querySelectorAll(".menu:popover-open")].reverse();
  const modal = [...document.querySelectorAll("dialog:modal")].pop();
  if (modal) return [...open.filter((menu) => modal.contains(menu)), modal];
  const row = document.querySelector(".row[data-active]");
  return [...open, ...(row ? [row] : []), document.body];
}

function usable(element, scope) {
  if (element.disabled || element.closest("[hidden], [inert]")) return false;
  if (scope !== document.body) return true;
  if (element.closest(".row, dialog")) return false;
  const popover = element.closest("[popover]:not(:popover-open)");
  return !popover || element.hasAttribute("data-key-always");
}

function find(test) {
  for (const scope of scopes()) {
    const all = [...scope.querySelectorAll("[data-key]")];
    const hit = all.find((element) => keysOf(element).some(test) && usable(element, scope));
    if (hit) return hit;
  }
  return null;
}

function act(element) {
  if (typing(element)) {
    element.focus();
    element.select?.();
  } else {
    // Before the click: the one that opens the picker sends the focus there.
    if (element.matches("[type=radio]")) element.focus();
    element.click();
  }
}

function wait(key) {
  clearTimeout(timer);
  prefix = key;
  timer = setTimeout(() => (prefix = ""), WAIT);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.repeat) return;
  const command = event.ctrlKey || event.metaKey;
  const key = `${command ? "ctrl+" : ""}${event.key.toLowerCase()}`;
  if (event.key.length !== 1) return;
  if (!command && (typing(event.target) || document.documentElement.dataset.letters === "off")) return;

  const sequence = prefix && !command ? `${prefix} ${key}` : key;
  prefix = "";
  const hit = find((one) => one === sequence);
  if (hit) {
    event.preventDefault();
    act(hit);
  } else if (!command && find((one) => one.startsWith(`${key} `))) {
    event.preventDefault();
    wait(key);
  }
});
