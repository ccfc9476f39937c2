// Who scans the QR code of a letter arrives with the code behind # in the address, which never goes to any server. It is
// put in the field and wiped out of the address bar and the history. Without JavaScript people type the code.
const field = document.querySelector("[data-code]");
const fill = () => {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[0-9A-Za-z -]{18,30}$/.test(code)) return;
  field.value = code;
  history.replaceState(null, "", location.pathname + location.search);
  const note = document.querySelector("[data-code-filled]");
  if (note) note.textContent = note.dataset.codeFilled;
  field.form.querySelector("[type=submit]").focus();
};
fill();
addEventListener("hashchange", fill);
