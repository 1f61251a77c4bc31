// My day: while the card of another todo is on its way, the keys of the old one do nothing.
document.addEventListener("active", ({ target }) => {
  const card = document.getElementById("focus");
  if (card && target.matches("[hx-get]") && card.dataset.for !== target.id) card.inert = true;
});
