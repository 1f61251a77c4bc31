// By what a control is found in the same page, or part of it, drawn again: a selector, or "".
export function sign(control) {
  if (control?.id) return `#${CSS.escape(control.id)}`;
  for (const name of ["href", "popovertarget"]) {
    const value = control?.getAttribute(name);
    if (value) return `[${name}="${CSS.escape(value)}"]`;
  }
  return "";
}
