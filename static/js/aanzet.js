// Only comfort: every page works without this file.

// What went wrong takes the focus, also after an htmx swap (the attribute autofocus does it on a full page load).
function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

// A short text for screen readers, such as "12 projects found".
export function announce(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

// A link of the error summary also moves the focus into the field.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
});

// A second press on the button does nothing; coming back by the back button makes it work again.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post") || form.target) return;
  if (sent.has(form)) { event.preventDefault(); return; }
  if (event.defaultPrevented) return;
  sent.add(form);
  guarded.delete(form);
  form.setAttribute("aria-busy", "true");
  if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
  setTimeout(release, 10_000, form); // the answer may be a file: then this page stays
});
function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
}
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) release(form);
});

// <form data-guard>: the browser asks before the page is left with something typed.
const guarded = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.hasAttribute("data-guard")) guarded.add(form);
});
window.addEventListener("beforeunload", (event) => {
  for (const form of guarded) if (form.isConnected) { event.preventDefault(); return; }
});

// Filters that send themselves: <form data-autosubmit>; without JavaScript its button is pressed.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && form.hasAttribute("data-autosubmit") && !form.hasAttribute("hx-get")) form.requestSubmit();
});

// A picture or file says its name and size at once, and when it is larger than data-max-bytes.
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file" || !input.dataset.maxBytes) return;
  const file = input.files[0];
  const tooLarge = file && file.size > Number(input.dataset.maxBytes);
  input.setCustomValidity(tooLarge ? input.dataset.tooLarge || "" : "");
  if (tooLarge) input.reportValidity();
});

// htmx: errors take the focus, a part may say what changed (data-announce on it or inside it).
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  focusErrors(part);
  const said = part.matches("[data-announce]") ? part : part.querySelector("[data-announce]");
  if (said) announce(said.dataset.announce);
});

// Escape closes the menu on a telephone and gives the focus back.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.site-menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// htmx is fetched only by a page that uses it: most first visits do without its weight. It starts by itself only in a page
// that has loaded completely, so it waits for that.
function fetchHtmx() {
  const script = document.createElement("script");
  script.src = document.documentElement.dataset.htmx;
  document.head.append(script);
}
if (document.querySelector("[hx-get], [hx-post], [hx-boost], [data-hx-get], [data-hx-post]")) {
  if (document.readyState === "complete") fetchHtmx();
  else window.addEventListener("load", fetchHtmx);
}

// On a telephone the work navigation is one row that scrolls: show where we are in it.
const row = document.querySelector(".staff-nav ul");
const here = row && row.querySelector("[aria-current]");
if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - 16;

focusErrors(document);
