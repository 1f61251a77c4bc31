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

function act(element, key) {
  if (typing(element)) {
    element.focus();
    element.select?.();
  } else {
    // Before the click: the one that opens the picker sends the focus there.
    if (element.matches("[type=radio]")) element.focus();
    const before = sent;
    element.click();
    if (sent !== before) hold(element.matches("a[data-dialog]") ? "" : key);
  }
}

// What is typed before the answer is there belongs to what the answer opens: P 1, E 1 Enter,
// N and a name. The same key again is a slip, unless one writes in what opens.
const LONGEST = 3000;
let sent = 0;
let open = 0;
let held = null;
let heldBy = "";
let patience = 0;

function hold(key) {
  held ??= [];
  heldBy = key;
  clearTimeout(patience);
  patience = setTimeout(() => {
    open = 0;
    release();
  }, LONGEST);
}

function holds(event) {
  if (!held || (event.key.length !== 1 && event.key !== "Enter")) return false;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key.toLowerCase() !== heldBy) held.push(event.key);
  return true;
}

function release() {
  const keys = held ?? [];
  held = null;
  while (keys.length && !held) again(keys.shift());
  held?.push(...keys);
}

function again(key) {
  const target = document.activeElement ?? document.body;
  if (key.length === 1 && typing(target)) return write(target, key);
  const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  if (!target.dispatchEvent(pressed) || key !== "Enter") return;
  if (target.matches("a, button")) target.click();
  else target.form?.requestSubmit();
}

function write(field, text) {
  field.setRangeText?.(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text, inputType: "insertText" }));
}

document.addEventListener("htmx:beforeSend", () => {
  sent += 1;
  open += 1;
});
// A menu is shown right after its answer was put in.
document.addEventListener("htmx:afterRequest", () => {
  open = Math.max(0, open - 1);
  if (held && !open) setTimeout(release);
});

function wait(key) {
  clearTimeout(timer);
  prefix = key;
  timer = setTimeout(() => (prefix = ""), WAIT);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.repeat) return;
  if (!event.ctrlKey && !event.metaKey && holds(event)) return;
  const command = event.ctrlKey || event.metaKey;
  const key = `${command ? "ctrl+" : ""}${event.key.toLowerCase()}`;
  if (event.key.length !== 1) return;
  if (!command && (typing(event.target) || document.documentElement.dataset.letters === "off")) return;

  const sequence = prefix && !command ? `${prefix} ${key}` : key;
  prefix = "";
  const hit = find((one) => one === sequence);
  if (hit) {
    event.preventDefault();
    act(hit, key);
  } else if (!command && find((one) => one.startsWith(`${key} `))) {
    event.preventDefault();
    wait(key);
  }
});
