// Dragging cards and moving them by keyboard. It fills in the form that is there without this file, and sends that.
function announce(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

const form = document.querySelector("[data-board]");
if (form) begin(form);

function begin(form) {
  const columns = [...form.querySelectorAll("[data-stage]")];
  const stage = form.querySelector("select[name=stage]");
  const texts = form.dataset;
  const nameOf = (card) => card.querySelector("a").textContent.trim();
  const columnOf = (card) => card.closest("[data-stage]");
  const may = (from, to) => from.dataset.to.split(" ").includes(to.dataset.stage);
  form.querySelector("[data-board-hint]").hidden = false;

  function send(card, to) {
    for (const box of form.querySelectorAll("input[name=kaart]")) box.checked = false;
    card.querySelector("input[name=kaart]").checked = true;
    stage.value = to.dataset.stage;
    form.requestSubmit();
  }

  // Which columns take this card.
  function mark(from) {
    for (const column of columns) {
      column.classList.toggle("board-column--no", Boolean(from) && column !== from && !may(from, column));
      column.classList.remove("board-column--over");
    }
  }

  // By mouse.
  let dragged = null;
  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-card]");
    if (!dragged) return;
    event.dataTransfer.setData("text/plain", nameOf(dragged));
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("board-card--dragged");
    mark(columnOf(dragged));
  });
  form.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column) return;
    for (const other of columns) other.classList.toggle("board-column--over", other === column && may(columnOf(dragged), column));
    if (may(columnOf(dragged), column)) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column || !may(columnOf(dragged), column)) return;
    event.preventDefault();
    send(dragged, column);
  });
  form.addEventListener("dragend", () => {
    if (dragged) dragged.classList.remove("board-card--dragged");
    dragged = null;
    mark(null);
  });

  // By keyboard: a button on each card picks it up, arrows choose the stage, Enter puts it down, Escape stops.
  let held = null;
  let over = null;
  function drop(told) {
    if (!held) return;
    held.querySelector(".board-card__grip").setAttribute("aria-pressed", "false");
    if (told) announce(texts.left.replace("[name]", nameOf(held)));
    held = over = null;
    mark(null);
  }
  function pick(card) {
    drop(false);
    held = card;
    over = columnOf(card);
    card.querySelector(".board-card__grip").setAttribute("aria-pressed", "true");
    mark(over);
    announce(texts.grabbed.replace("[name]", nameOf(card)));
  }
  function step(by) {
    const next = columns[columns.indexOf(over) + by];
    if (!next) return;
    over = next;
    for (const column of columns) column.classList.toggle("board-column--over", column === over);
    over.scrollIntoView({ block: "nearest", inline: "nearest" });
    const fits = over === columnOf(held) || may(columnOf(held), over);
    announce((fits ? texts.over : texts.no).replace("[stage]", over.dataset.label));
  }
  form.addEventListener("click", (event) => {
    const grip = event.target.closest(".board-card__grip");
    if (!grip) return;
    const card = grip.closest("[data-card]");
    if (card !== held) return pick(card);
    if (over !== columnOf(card) && may(columnOf(card), over)) send(card, over);
    else drop(true);
  });
  form.addEventListener("keydown", (event) => {
    if (!held) return;
    if (event.key === "Escape") drop(true);
    else if (event.key === "ArrowRight" || event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") step(-1);
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => {
    if (held && !held.contains(event.relatedTarget)) drop(false);
  });

  const icon = form.querySelector("button .icon");
  for (const card of form.querySelectorAll("[data-card]")) {
    card.draggable = true;
    const grip = document.createElement("button");
    grip.type = "button";
    grip.className = "board-card__grip";
    grip.setAttribute("aria-pressed", "false");
    grip.setAttribute("aria-label", `${texts.move}: ${nameOf(card)}`);
    if (icon) grip.append(icon.cloneNode(true));
    card.querySelector(".board-card__top").append(grip);
  }

  // A card that was just moved takes the focus, also in a folded column.
  const moved = location.hash.startsWith("#kaart-") && document.getElementById(location.hash.slice(1));
  if (moved) {
    columnOf(moved).open = true;
    moved.scrollIntoView({ block: "nearest", inline: "nearest" });
    moved.focus({ preventScroll: true });
  }
}
