// Coding with the keyboard, and the next text at once: it was fetched while this one was read. Without this script
// every page is a plain form.
(() => {
  const main = document.querySelector("main");
  const parser = new DOMParser();
  const store = "concertia:raccourcis";
  let next = null;      // the page fetched ahead: { text, node }
  let pending = null;   // the saving under way
  let asked = false;    // Enter was pressed meanwhile: sent when it ends, never lost

  const shown = () => main.querySelector("[data-concertia-coding]");
  const form = () => shown()?.querySelector("[data-concertia-form]");
  const say = (words) => { const status = shown()?.querySelector("[data-concertia-status]"); if (status) status.textContent = words; };
  const wanted = () => { try { return localStorage.getItem(store) !== "non"; } catch { return true; } };

  // Both boxes of one code, among the proposals and in the list, are one choice.
  const twins = (box) => form().querySelectorAll(`input[name=codes][value="${box.value}"]`);
  const together = (box) => { if (box.name === "codes") twins(box).forEach((one) => { one.checked = box.checked; }); };
  const exclusive = (box) => {
    if (!box.checked) return;
    const none = form().querySelector("[name=none]");
    if (box.name === "codes" && none) none.checked = false;
    if (box.name === "none") form().querySelectorAll("[name=codes]").forEach((one) => { one.checked = false; });
  };

  function prepare() {
    if (!form()) return;
    form().querySelectorAll("[data-concertia-script]").forEach((node) => { node.hidden = false; });
    form().querySelectorAll("[name=codes]:checked").forEach(together);
    const shortcuts = form().querySelector("[data-concertia-shortcuts]");
    if (shortcuts) shortcuts.checked = wanted();
  }

  const piece = (html) => parser.parseFromString(html, "text/html").querySelector("[data-concertia-coding]");
  async function fetchNext(after) {
    const here = shown();
    if (!here?.dataset.concertiaNext || "concertiaPlain" in here.dataset) return;
    try {
      const answer = await fetch(here.dataset.concertiaNext + after, { headers: { "X-Concertia-Ahead": "1" } });
      const node = answer.ok ? piece(await answer.text()) : null;
      if (node && shown()?.dataset.concertiaText === after && node.dataset.concertiaText !== after) next = { node };
    } catch { /* no network: the form will be sent as any form */ }
  }

  function show(node) {
    shown().replaceWith(node);
    prepare();
    window.scrollTo(0, 0);
    const text = node.querySelector("[data-concertia-focus]");
    if (text) text.focus({ preventScroll: true });
  }

  function failed(old, words, link) {
    next = null;
    asked = false;
    shown().replaceWith(old);
    old.querySelector("[data-concertia-refusal]")?.remove();
    const note = document.createElement("p");
    note.className = "error";
    note.setAttribute("role", "alert");
    note.dataset.concertiaRefusal = "";
    note.textContent = words;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = "Se reconnecter";
      note.append(" ", anchor);
    }
    old.querySelector("[data-concertia-form]").prepend(note);
    old.querySelector("[data-concertia-focus]").focus();
  }

  async function save(old, body, address) {
    try {
      const answer = await fetch(address, { method: "POST", body });
      const node = piece(await answer.text());
      if (answer.status === 422 && node) { next = null; asked = false; show(node); return; }
      if (answer.url.includes("/compte/")) { failed(old, "Votre session a expiré : ce texte n’est pas enregistré.", answer.url); return; }
      if (!answer.ok) { failed(old, `Ce texte n’est pas enregistré (réponse ${answer.status}). Réessayez.`); return; }
      say("Texte précédent enregistré.");
      const text = shown().dataset.concertiaText;
      if (!node) fetchNext(text);
      else {
        const progress = node.querySelector("aside");
        if (progress) shown().querySelector("aside")?.replaceWith(progress.cloneNode(true));
        if (node.dataset.concertiaText !== text) next = { node }; else fetchNext(text);
      }
    } catch {
      failed(old, "La connexion est perdue : ce texte n’est pas enregistré. Réessayez au retour du réseau.");
    } finally {
      pending = null;
      if (asked) { asked = false; form()?.requestSubmit(); }
    }
  }

  main.addEventListener("submit", (event) => {
    const sent = event.target.closest("[data-concertia-form]");
    if (!sent) return;
    if (pending) { event.preventDefault(); asked = true; say("Enregistrement du texte précédent : un instant."); return; }
    const chosen = sent.querySelector("[name=codes]:checked, [name=none]:checked, [name=unsure]:checked");
    if (!next || !chosen || sent.elements.namedItem("new_code")?.value.trim() || "concertiaPlain" in shown().dataset) return;
    event.preventDefault();
    const old = shown(), body = new URLSearchParams(new FormData(sent)), address = sent.getAttribute("action");
    const ahead = next.node;
    next = null;
    show(ahead);
    pending = save(old, body, address);
  });

  main.addEventListener("change", (event) => {
    const box = event.target;
    if (!form()?.contains(box)) return;
    if (box.matches("[data-concertia-shortcuts]")) { try { localStorage.setItem(store, box.checked ? "oui" : "non"); } catch { /* kept for this page */ } return; }
    if (box.type === "checkbox") { together(box); exclusive(box); }
  });
  main.addEventListener("input", (event) => {
    if (!event.target.matches("[data-concertia-filter]")) return;
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const words = plain(event.target.value.trim());
    form().querySelectorAll(".code-list .check").forEach((label) => { label.hidden = !plain(label.textContent).includes(words); });
    form().querySelectorAll("[data-concertia-family]").forEach((group) => { group.hidden = !group.querySelector(".check:not([hidden])"); });
  });

  document.addEventListener("keydown", (event) => {
    const sheet = form();
    if (!sheet || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = document.activeElement;
    const types = at.matches("textarea, select, input:not([type=checkbox])");
    if (types) { if (event.key === "Escape" && sheet.contains(at)) shown().querySelector("[data-concertia-focus]").focus(); return; }
    if (event.key === "Enter") {
      if (at.matches("a, button, summary")) return;
      event.preventDefault();
      sheet.requestSubmit();
      return;
    }
    if (!sheet.querySelector("[data-concertia-shortcuts]")?.checked) return;
    if (event.key === "n") {
      const field = sheet.querySelector("[data-concertia-new]");
      if (field) { event.preventDefault(); field.focus(); }
      return;
    }
    const box = /^[a-z0-9]$/.test(event.key) && sheet.querySelector(`[data-concertia-key="${event.key}"]`);
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    say(`${box.closest("label").textContent.trim().replace(/\s+/g, " ")} : ${box.checked ? "coché" : "décoché"}`);
  });

  prepare();
  if (shown()) fetchNext(shown().dataset.concertiaText);
})();
