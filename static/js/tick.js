// The ring turns green under the hand; the server's answer replaces it, a failure takes it back.
const ticked = new Map();

function draw(form) {
  const row = form.closest(".row, .knot, .focus");
  const rings = [form.querySelector(".ring") ?? row?.querySelector(".ring")].filter(Boolean);
  rings.forEach((ring) => (ring.dataset.done = ""));
  if (row?.matches(".row")) row.dataset.gone = "";
  return () => {
    rings.forEach((ring) => delete ring.dataset.done);
    if (row) delete row.dataset.gone;
  };
}

document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (detail.elt.matches("form[data-tick]")) ticked.set(detail.elt, draw(detail.elt));
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const back = ticked.get(detail.elt);
  ticked.delete(detail.elt);
  if (back && !detail.successful) back();
});
