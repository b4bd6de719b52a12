// Passkeys: a form that asks the device for a key, then sends what it answered.
//   data-concertia-passkey="create" | "get" | "login"   what to ask for
//   #passkey-options                                     what the server asks, as JSON; « login » fetches it at the press
//   data-concertia-passkey-error                         where to say, in French, what went wrong
// Without script, or on a device without keys, these forms stay hidden: codes and passwords remain.
(() => {
  const WORDS = {
    NotAllowedError: "L’appareil n’a pas confirmé, ou trop tard. Réessayez.",
    InvalidStateError: "Cette clé est déjà enregistrée.",
    SecurityError: "Le navigateur refuse les clés d’accès à cette adresse du site.",
    AbortError: "La demande a été interrompue. Réessayez.",
  };
  const OTHERWISE = "La clé n’a pas pu servir. Réessayez, ou prenez un autre moyen.";

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  };
  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));

  async function create(options, alone) {
    const asked = { ...options.publicKey };
    asked.challenge = bytes(asked.challenge);
    asked.user = { ...asked.user, id: bytes(asked.user.id) };
    asked.excludeCredentials = named(asked.excludeCredentials);
    asked.authenticatorSelection = {
      ...asked.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    };
    const key = await navigator.credentials.create({ publicKey: asked });
    return answer(key, {
      attestationObject: text(key.response.attestationObject),
      transports: key.response.getTransports ? key.response.getTransports() : [],
    });
  }

  async function get(options) {
    const asked = { ...options.publicKey };
    asked.challenge = bytes(asked.challenge);
    asked.allowCredentials = named(asked.allowCredentials);
    const key = await navigator.credentials.get({ publicKey: asked });
    const owner = key.response.userHandle;
    return answer(key, {
      authenticatorData: text(key.response.authenticatorData),
      signature: text(key.response.signature),
      userHandle: owner ? text(owner) : null,
    });
  }

  const answer = (key, response) => ({
    type: key.type,
    id: key.id,
    rawId: text(key.rawId),
    authenticatorAttachment: key.authenticatorAttachment || null,
    response: { ...response, clientDataJSON: text(key.response.clientDataJSON) },
    clientExtensionResults: key.getClientExtensionResults(),
  });

  async function asked(form) {
    if (form.dataset.concertiaPasskey !== "login") {
      const given = JSON.parse(document.getElementById("passkey-options").textContent);
      return given.creation_options || given.request_options;
    }
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("no options");
    return (await response.json()).request_options;
  }

  async function press(event) {
    event.preventDefault();
    const form = event.target;
    const says = form.querySelector("[data-concertia-passkey-error]");
    const button = form.querySelector("button");
    says.textContent = "";
    button.disabled = true;
    try {
      const options = await asked(form);
      const alone = form.querySelector("[name=passwordless]");
      const creates = form.dataset.concertiaPasskey === "create";
      const key = creates ? await create(options, Boolean(alone && alone.checked)) : await get(options);
      form.querySelector("[name=credential]").value = JSON.stringify(key);
      form.submit();
    } catch (error) {
      says.textContent = WORDS[error.name] || OTHERWISE;
      button.disabled = false;
    }
  }

  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("[data-concertia-passkey]")) {
    form.addEventListener("submit", press);
    form.hidden = false;
  }
})();
