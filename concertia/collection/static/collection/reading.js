/* Reading before sharing, faster: what is selected in the text goes into the field, and one key does each gesture.
   Everything works without this file; the keys can be turned off (WCAG 2.1.4) and stay so in this browser. */
"use strict";
(() => {
  const words = document.querySelector("[data-concertia-words]");
  const passage = document.querySelector("[data-concertia-passage]");
  const keys = document.querySelector("[data-concertia-keys]");
  const KEPT = "concertia-touches-de-relecture";

  const selected = () => {
    const selection = document.getSelection();
    const inside = selection.rangeCount && words.contains(selection.getRangeAt(0).commonAncestorContainer);
    return inside ? selection.toString().trim().replace(/\s+/g, " ") : "";
  };
  if (words && passage) {
    document.addEventListener("selectionchange", () => {
      const chosen = selected();
      if (chosen && chosen.length <= passage.maxLength && document.activeElement !== passage) passage.value = chosen;
    });
  }
  if (!keys) return;
  keys.hidden = false;
  const box = keys.querySelector("input");
  try { box.checked = localStorage.getItem(KEPT) !== "non"; } catch { /* storage refused: the keys stay on */ }
  box.addEventListener("change", () => {
    try { localStorage.setItem(KEPT, box.checked ? "oui" : "non"); } catch { /* the choice lasts for this page */ }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (!box.checked || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    if (key === "c" && passage) {
      event.preventDefault();
      passage.focus();
      return;
    }
    const target = document.querySelector(`[data-concertia-key="${CSS.escape(key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });
})();
