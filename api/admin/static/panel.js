// Handlers that the library has in its markup, where the page's policy lets none run.
document.querySelectorAll("[data-goes-to-value]").forEach((select) => {
  select.addEventListener("change", () => {
    window.location = select.value;
  });
});
