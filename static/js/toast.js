// Toasts stay for eight seconds, longer while the mouse or the focus is on them.
const STAY = 8000;

function start(toast, last) {
  toast.dataset.running = "";
  let left = STAY;
  let since = performance.now();
  let timer = setTimeout(end, left);

  function end() {
    const hadFocus = toast.contains(document.activeElement);
    toast.remove();
    if (hadFocus) document.getElementById("main")?.focus({ preventScroll: true });
    hideWhenEmpty();
  }
  function pause() {
    clearTimeout(timer);
    left -= performance.now() - since;
  }
  function resume() {
    if (toast.matches(":hover, :focus-within")) return;
    clearTimeout(timer);
    since = performance.now();
    timer = setTimeout(end, Math.max(left, 1000));
  }
  toast.addEventListener("mouseenter", pause);
  toast.addEventListener("focusin", pause);
  toast.addEventListener("mouseleave", resume);
  toast.addEventListener("focusout", () => setTimeout(resume));
  toast.addEventListener("htmx:afterRequest", (event) => event.detail.successful && end());
  // Z belongs to the newest.
  if (!last) toast.querySelector("[data-key]")?.removeAttribute("data-key");
}

function hideWhenEmpty() {
  const box = document.getElementById("toasts");
  if (box && !box.querySelector(".toast") && box.matches(":popover-open")) box.hidePopover();
}

function look() {
  const box = document.getElementById("toasts");
  const fresh = box ? [...box.querySelectorAll(".toast:not([data-running])")] : [];
  if (!fresh.length) return;
  for (const old of box.querySelectorAll(".toast[data-running] [data-key]")) old.removeAttribute("data-key");
  fresh.forEach((toast, at) => start(toast, at === fresh.length - 1));
  // Shown anew, so that it lies above a dialog that was opened in the meantime.
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover();
}

// Other scripts say something by an event: {text, tone: "late" | "info", link: {href, text}}.
document.addEventListener("ui:toast", ({ detail }) => {
  const box = document.getElementById("toasts");
  if (!box || [...box.querySelectorAll(".toast-text")].some((one) => one.textContent === detail.text)) return;
  const toast = document.getElementById("toast").content.firstElementChild.cloneNode(true);
  toast.dataset.tone = detail.tone ?? "late";
  toast.querySelector(".toast-text").textContent = detail.text;
  if (detail.link) {
    const link = document.createElement("a");
    Object.assign(link, { className: "link", href: detail.link.href, textContent: detail.link.text, target: "_blank" });
    toast.append(link);
  }
  box.append(toast);
  look();
});

document.addEventListener("htmx:afterSettle", look);
document.addEventListener("htmx:oobAfterSwap", look);
look();
