// The numbers of overdue todos in the bar, after whatever was changed here, and every minute.
const EVERY = 60_000;
let asked = 0;

async function refresh() {
  const turn = ++asked;
  const answer = await fetch("/bar/", { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || turn !== asked) return;
  const late = await answer.json();
  document.querySelectorAll("[data-badge]").forEach((badge) => {
    const now = late[badge.dataset.badge] ?? "";
    if (badge.innerHTML !== now) badge.innerHTML = now;
  });
  document.dispatchEvent(new CustomEvent("ui:badges"));
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb !== "get" && document.querySelector("[data-badge]")) refresh();
});

setInterval(() => {
  if (!document.hidden && document.querySelector("[data-badge]")) refresh();
}, EVERY);
