// Comfort on the ballot paper: the money bar moves along, the choice is kept while ticking. Everything works without.
const language = document.documentElement.lang || "nl";
const number = new Intl.NumberFormat(language, { useGrouping: true });
const euro = (cents) => {
  const whole = Math.abs(cents) % 100 === 0;
  const digits = { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: whole ? 0 : 2, useGrouping: true };
  return `€\u00a0${new Intl.NumberFormat(language, digits).format(Math.abs(cents) / 100)}`;
};

function paper(form) {
  const budget = Number(form.dataset.budget);
  const boxes = [...form.querySelectorAll("input[name=keuze]")];
  const counter = form.querySelector("[data-chosen]");
  const money = form.querySelector("[data-money]");
  const visible = () => boxes.filter((box) => box.checked && box.value);
  const cost = () => visible().reduce((sum, box) => sum + Number(box.dataset.cost), 0);
  // What is chosen but filtered out of sight stays counted: the difference between the server's figures and ours.
  const hiddenCount = Number(counter.textContent.replace(/\D/g, "")) - visible().length;
  const hiddenCost = Number(form.dataset.spent) - cost();

  const show = () => {
    const chosen = boxes.some((box) => box.type === "radio") ? visible().length : visible().length + hiddenCount;
    counter.textContent = chosen === 1 ? counter.dataset.one : counter.dataset.many.replace("%n", number.format(chosen));
    if (!money) return;
    const spent = cost() + hiddenCost;
    const over = spent > budget;
    const bar = money.querySelector("rect");
    bar.setAttribute("width", over ? 100 : Math.round((100 * spent) / budget));
    bar.setAttribute("class", over ? "money__over" : "money__spent");
    money.querySelector(".money").classList.toggle("money--over", over);
    const [first, left] = money.querySelectorAll(".money__text > span");
    first.textContent = money.dataset.spentText.replace("%s", euro(spent)).replace("%b", euro(budget));
    const words = over ? money.dataset.overText : money.dataset.leftText;
    left.textContent = words.replace("%s", euro(over ? spent - budget : budget - spent));
    window.clearTimeout(form.dataset.speaking);
    form.dataset.speaking = window.setTimeout(() => {
      document.getElementById("live").textContent = left.textContent;
    }, 700);
  };

  let waiting;
  const keep = () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      const body = new FormData(form);
      body.set("doe", "bewaar");
      fetch(form.action || window.location.href, { method: "POST", body, keepalive: true }).catch(() => {});
    }, 600);
  };

  form.addEventListener("change", (event) => {
    if (event.target.name !== "keuze") return;
    show();
    keep();
  });
  form.querySelectorAll("[data-without-script]").forEach((button) => (button.hidden = true));
  show();
}

// Papers that are filled in: points add up while typing, and what is typed is kept.
function marks(form) {
  const counter = form.querySelector("[data-counter]");
  const fields = [...form.querySelectorAll("input[name^=punten-]")];
  let waiting;
  form.addEventListener("input", () => {
    if (form.dataset.total) {
      const given = fields.reduce((sum, field) => sum + (/^\d+$/.test(field.value) ? Number(field.value) : 0), 0);
      counter.textContent = counter.dataset.text.replace("%n", number.format(given));
    }
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => {
      const body = new FormData(form);
      body.set("doe", "bewaar");
      fetch(window.location.href, { method: "POST", body, keepalive: true }).catch(() => {});
    }, 600);
  });
}

document.querySelectorAll("form[data-ballot]").forEach(paper);
document.querySelectorAll("form[data-marks]").forEach(marks);
document.querySelectorAll("form[data-cast] input[name=toeval]").forEach((field) => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  field.value = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
});
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
