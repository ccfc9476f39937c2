// Comfort while typing papers: Enter goes to the next line. Without this it keeps what was typed and goes on at the first empty line.
for (const form of document.querySelectorAll("form[data-papers]")) {
  const lines = [...form.querySelectorAll("input[name^=papier-]")];
  form.addEventListener("keydown", (event) => {
    const place = lines.indexOf(event.target);
    if (event.key !== "Enter" || place < 0 || place === lines.length - 1) return;
    event.preventDefault();
    lines[place + 1].focus();
    lines[place + 1].select();
  });
}
