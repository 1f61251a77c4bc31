// Loaded before the first paint: pages without scripts keep their plain controls.
document.documentElement.classList.add("js");
