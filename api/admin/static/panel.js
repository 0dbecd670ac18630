// Handlers that the library has in its markup, where the page's policy lets none run.
document.querySelectorAll("[data-goes-to-value]").forEach((select) => {
  select.addEventListener("change", () => {
    window.location = select.value;
  });
});

// Ids that are typed into an action's form: those are offered that are called as somebody types.
let latest = 0;
document.addEventListener("input", async ({ target }) => {
  const url = target.dataset?.lookup;
  if (!url || target.value.trim().length < 2) return;
  const mine = ++latest;
  const answer = await fetch(`${url}?${new URLSearchParams({ q: target.value, limit: "10" })}`);
  if (!answer.ok || mine !== latest) return;
  const { items } = await answer.json();
  target.list.replaceChildren(
    ...items.map(({ pk, _meta }) => new Option(_meta.repr, pk)),
  );
});

// Logging in with a passkey: the browser asks for it, and its answer goes back with the form.
const asking = document.querySelector("form[data-passkey]");
async function usePasskey() {
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      JSON.parse(asking.dataset.passkey),
    );
    const credential = await navigator.credentials.get({ publicKey });
    asking.elements.credential.value = JSON.stringify(credential.toJSON());
    asking.submit();
  } catch {
    document.querySelector("[data-passkey-failed]").hidden = false;
  }
}
if (asking) {
  asking.addEventListener("submit", (event) => {
    event.preventDefault();
    usePasskey();
  });
  usePasskey();
}
