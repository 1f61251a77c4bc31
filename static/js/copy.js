// `data-copy="id"`: a button that copies the value of that field, and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const field = button && document.getElementById(button.dataset.copy);
  if (!field) return;
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Without https the clipboard is closed to pages; what is selected can still be copied.
    if (!document.execCommand("copy")) return;
  }
  const text = button.querySelector("span") ?? button;
  text.textContent = button.dataset.copied;
});
