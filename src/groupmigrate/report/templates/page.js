"use strict";
// Narrows the list of customers. Everything is in the page already; nothing is fetched.
(() => {
  const STEP = 100;
  const form = document.getElementById("filter");
  if (!form) return;
  const rows = [...document.querySelectorAll(".people tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const [words, action, code, group] = ["words", "action", "code", "group"].map((id) => document.getElementById(id));
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  let room = STEP;

  const fits = (row, text) => {
    const has = row.dataset;
    return (
      (!action.value || action.value === has.action || action.value === has.state) &&
      (!code.value || has.codes.split(" ").includes(code.value)) &&
      (!group.value || group.value === has.group) &&
      words.value.toLowerCase().split(/\s+/).every((word) => text.includes(word))
    );
  };

  const show = () => {
    let matching = 0;
    rows.forEach((row, place) => {
      const match = fits(row, texts[place]);
      row.hidden = !match || matching >= room;
      matching += match;
    });
    const shown = Math.min(matching, room);
    const count = (number) => number.toLocaleString("en");
    found.textContent = `${count(matching)} of ${count(rows.length)} listed customers match; ${count(shown)} shown.`;
    more.hidden = shown === matching;
  };

  const narrow = () => {
    room = STEP;
    show();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", narrow);
  form.addEventListener("reset", () => setTimeout(narrow));
  more.addEventListener("click", () => {
    const next = rows.filter((row, place) => fits(row, texts[place]))[room];
    room += STEP;
    show();
    next.tabIndex = -1;
    next.focus();
  });
  for (const link of document.querySelectorAll(".pick")) {
    link.addEventListener("click", () => {
      form.reset();
      code.value = link.dataset.code;
    });
  }
  show();
})();
