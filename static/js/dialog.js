// Links with `data-dialog` open the part behind their address in the one native dialog.
import { sign } from "./sign.js";

let opener = null;
let unsaved = false;
const fromDialog = new WeakSet();

const box = () => document.getElementById("dialog");
const plain = (event) =>
  event.button === 0 && !event.defaultPrevented && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-dialog]");
  if (link && plain(event)) {
    event.preventDefault();
    open(link);
    return;
  }
  const show = event.target.closest?.("[data-show]");
  if (show) {
    event.preventDefault();
    show.closest("[popover]")?.hidePopover();
    document.getElementById(show.dataset.show)?.showModal();
    return;
  }
  const close = event.target.closest?.("[data-close]");
  // What htmx loads from a link goes behind the dialog or menu: it closes when that is there.
  if (close?.matches("[hx-get]")) close.addEventListener("htmx:afterRequest", () => shut(close), { once: true });
  else if (close) shut(close, event);
});

function shut(close, event) {
  const dialog = close.closest("dialog");
  if (dialog && (!event || plain(event))) {
    event?.preventDefault();
    leave(dialog);
  } else if (close.closest(":popover-open")) {
    close.closest("[popover]").hidePopover();
  }
}

function open(link) {
  const menu = link.closest("[popover]");
  if (!link.closest("dialog")) opener = menu ? (menu.opener ?? document.activeElement) : link;
  if (menu?.matches(":popover-open")) menu.hidePopover();
  const dialog = box();
  if (!dialog) return location.assign(link.href);
  dialog.dataset.kind = link.dataset.dialog;
  htmx.ajax("get", link.href, { target: "#dialog", swap: "innerHTML" }).catch(() => {});
}

document.addEventListener("htmx:afterSwap", ({ detail, target }) => {
  const dialog = box();
  if (!dialog?.contains(target)) return;
  // A form that came back with its errors holds what was typed, though it looks untouched.
  if (detail.requestConfig?.verb !== "get") unsaved = detail.xhr?.status === 422;
  if (dialog.open || detail.target !== dialog) return;
  dialog.className = `dialog ${dialog.dataset.kind ?? ""}`.trim();
  dialog.showModal();
});

// A dialog closes when the answer to its form went elsewhere.
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.requestConfig.verb !== "get" && box()?.contains(detail.elt)) fromDialog.add(detail.xhr);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const dialog = box();
  // htmx says nothing of success when the answer leads on to another page.
  const { status } = detail.xhr;
  if (!dialog?.open || !fromDialog.has(detail.xhr) || status < 200 || status >= 400) return;
  const inside = detail.target === dialog || dialog.contains(detail.target);
  if (!inside || status === 204 || !detail.target.isConnected) dialog.close();
});

function changed(dialog) {
  if (dialog.classList.contains("palette")) return false;
  const controls = [...dialog.querySelectorAll("input:not([type=hidden]), textarea, select")];
  return unsaved || controls.some(touched);
}

function touched(control) {
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") {
    const own = [...control.options];
    return own.some((one) => one.defaultSelected) && own.some((one) => one.selected !== one.defaultSelected);
  }
  return control.value !== control.defaultValue;
}

function leave(dialog) {
  const question = document.getElementById("words")?.dataset.leave;
  if (dialog === box() && changed(dialog) && !window.confirm(question)) return;
  dialog.close();
}

// Esc, and a click that began and ended on the scrim.
document.addEventListener(
  "cancel",
  (event) => {
    if (event.target.tagName !== "DIALOG") return;
    event.preventDefault();
    leave(event.target);
  },
  true,
);
let pressed = null;
document.addEventListener("pointerdown", (event) => (pressed = event.target));
document.addEventListener("pointerup", (event) => {
  const dialog = event.target;
  if (dialog !== pressed || dialog.tagName !== "DIALOG" || !dialog.open) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const outside = event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
  if (outside) leave(dialog);
});

document.addEventListener(
  "close",
  (event) => {
    if (event.target !== box()) return;
    const menu = event.target.querySelector("#menu");
    if (menu) document.body.append(menu);
    event.target.replaceChildren();
    unsaved = false;
    const again = !opener?.isConnected && sign(opener);
    const back = again ? document.querySelector(again) : opener;
    if (back?.isConnected) back.focus();
    else document.getElementById("main")?.focus({ preventScroll: true });
    opener = null;
  },
  true,
);
