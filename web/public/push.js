// The service worker: shows what a push service hands over, and opens what it is about.

self.addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  const shown = { body: said.body, tag: said.tag, icon: "/favicon.svg", data: { url: said.url } };
  event.waitUntil(self.registration.showNotification(said.title ?? "JEGHealth", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/"));
});

/** In a window that is there already; never another place than this one. */
async function open(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const [window] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!window) {
    await self.clients.openWindow(url.href);
    return;
  }
  await window.focus();
  // A window that this worker does not control cannot be led elsewhere.
  await window.navigate(url.href).catch(() => self.clients.openWindow(url.href));
}
