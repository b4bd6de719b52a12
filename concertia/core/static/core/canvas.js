// The canvas form saved as one types. Without this script the page works whole: its button saves everything.
(() => {
  const form = document.querySelector("[data-concertia-autosave]");
  if (!form) return;
  const status = document.querySelector("[data-concertia-status]");
  const store = `concertia:${form.dataset.concertiaAutosave}`;
  const version = form.elements.namedItem("version");
  let timer, saving = false, again = false, stopped = false, typed = false;

  const say = (text, address) => {
    status.replaceChildren(text);
    if (address) {
      const link = document.createElement("a");
      link.href = address;
      link.textContent = "Se reconnecter";
      link.addEventListener("click", () => { typed = false; }); // the text is kept: nothing to warn about
      status.append(" ", link);
    }
  };
  const clock = () => new Date().toLocaleTimeString("fr", { hour: "2-digit", minute: "2-digit" });
  const body = () => new URLSearchParams(new FormData(form));
  const keep = () => { try { localStorage.setItem(store, JSON.stringify({ data: body().toString(), at: Date.now() })); } catch { /* storage refused: the page still holds the text */ } };
  const forget = () => { try { localStorage.removeItem(store); } catch { /* nothing was kept */ } };

  const describe = (node, wanted, more = []) => {
    const ids = [...(node.getAttribute("aria-describedby") || "").split(/\s+/).filter((id) => id && wanted(id)), ...more];
    if (ids.length) node.setAttribute("aria-describedby", ids.join(" "));
    else node.removeAttribute("aria-describedby");
  };
  const show = (errors) => {
    form.querySelectorAll("[data-concertia-error]").forEach((node) => node.remove());
    form.querySelectorAll("[aria-invalid]").forEach((node) => node.removeAttribute("aria-invalid"));
    form.querySelectorAll("[aria-describedby*=_error]").forEach((node) => describe(node, (id) => !id.endsWith("_error")));
    for (const { id, text } of errors) {
      const input = document.getElementById(id);
      if (!input) continue;
      const note = document.createElement("p");
      note.className = "error";
      note.id = `${id}_error`;
      note.dataset.concertiaError = "";
      note.textContent = text;
      input.before(note);
      input.setAttribute("aria-invalid", "true");
      describe(input, () => true, [note.id]);
    }
  };

  async function save() {
    if (stopped) return;
    if (saving) { again = true; return; }
    saving = true;
    try {
      const answer = await fetch(location.pathname, { // not form.action, which is the buttons named « action »
        method: "POST", body: body(), headers: { "X-Concertia-Autosave": "1" }, redirect: "error",
      });
      if (answer.status === 401) {
        const { login } = await answer.json();
        say("Votre session a expiré. Votre saisie est gardée sur cet appareil.", login);
      } else if (answer.status === 409) {
        stopped = true;
        say((await answer.json()).conflict);
      } else if (answer.ok) {
        const result = await answer.json();
        version.value = result.version;
        show(result.errors);
        if (!again) typed = false;
        if (again || result.errors.length) keep(); // under the new version
        else forget();
        say(result.errors.length ? `Enregistré à ${result.saved_at}, sauf ${result.errors.length} champ à corriger.` : `Enregistré à ${result.saved_at}.`);
      } else {
        say(`Non enregistré (réponse ${answer.status}). Votre saisie est gardée sur cet appareil ; nouvel essai dans 15 secondes.`);
        retry();
      }
    } catch {
      say(`Connexion perdue à ${clock()}. Votre saisie est gardée sur cet appareil et partira dès le retour du réseau.`);
      retry();
    } finally {
      saving = false;
      if (again) { again = false; save(); }
    }
  }
  const retry = () => { clearTimeout(timer); timer = setTimeout(save, 15000); };
  const later = () => { typed = true; keep(); clearTimeout(timer); timer = setTimeout(save, 1200); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("online", save);
  form.addEventListener("submit", () => { typed = false; clearTimeout(timer); keep(); });
  window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });

  // A row more: the same blank row under a fresh key.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-concertia-add]");
    if (!button) return;
    const template = document.getElementById(button.dataset.concertiaAdd);
    if (!template) return;
    event.preventDefault();
    const key = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const holder = document.createElement("div");
    holder.innerHTML = template.innerHTML.replaceAll("cle0", key);
    const row = holder.firstElementChild;
    button.closest("[data-concertia-rows]").querySelector("[data-concertia-list]").append(row);
    row.querySelector("input:not([type=hidden]), textarea").focus();
  });

  // What this device kept and the server does not have.
  const restore = document.querySelector("[data-concertia-restore]");
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(store)); } catch { /* unreadable: nothing to offer */ }
  const comparable = (text) => { const data = new URLSearchParams(text); ["version", "csrfmiddlewaretoken", "editor", "form_key", "action"].forEach((name) => data.delete(name)); return [...data].filter(([name, value]) => value && !["speakers"].includes(name) && !/^r-[^-]+-(points_vigilance|diagnostics|propositions)$/.test(name)).map((pair) => pair.join("=")).sort().join("&"); };
  if (kept && comparable(kept.data) === comparable(body().toString())) forget();
  else if (kept) {
    restore.hidden = false;
    restore.querySelector("time").textContent = new Date(kept.at).toLocaleString("fr", { dateStyle: "long", timeStyle: "short" });
    restore.querySelector("[data-concertia-take]").addEventListener("click", () => {
      const again = document.createElement("form");
      again.method = "post";
      again.action = location.href;
      const data = new URLSearchParams(kept.data); // its own version too: what others saved since is not overwritten
      data.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
      data.delete("action");
      for (const [name, value] of data) {
        const input = document.createElement("input");
        input.type = "hidden"; input.name = name; input.value = value;
        again.append(input);
      }
      document.body.append(again);
      typed = false;
      forget();
      again.submit();
    });
    restore.querySelector("[data-concertia-drop]").addEventListener("click", () => { forget(); restore.hidden = true; });
  }
})();
