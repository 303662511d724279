"use strict";
// Without this script all is there to read: only the filters and the two buttons are missing.
const filters = document.getElementById("filters");
const folds = document.getElementById("folds");

function showChosen() {
  const chosen = new Set([...filters.querySelectorAll(":checked")].map((box) => box.value));
  for (const element of document.querySelectorAll("[data-codes]")) {
    const isChosen = element.dataset.codes.split(" ").some((code) => chosen.has(code));
    if (element.closest("svg")) element.classList.toggle("marked", isChosen);
    else element.hidden = !isChosen;
  }
  for (const layer of document.querySelectorAll(".layer")) {
    layer.hidden = !layer.querySelector(".finding:not([hidden])");
  }
  const hidden = document.querySelectorAll(".finding[hidden]").length;
  const shown = document.querySelectorAll(".finding").length - hidden;
  document.getElementById("shown").textContent = hidden ? `${shown} of ` : "";
}

function unfoldTarget() {
  const target = document.getElementById(location.hash.slice(1));
  let wasFolded = false;
  for (let around = target?.parentElement; around; around = around.parentElement) {
    if (around.tagName !== "DETAILS" || around.open || around.firstElementChild === target) continue;
    around.open = wasFolded = true;
  }
  if (wasFolded) target.scrollIntoView();
}

if (filters) {
  filters.hidden = false;
  filters.addEventListener("change", showChosen);
  showChosen(); // a browser may keep boxes as they were when the page is loaded again
}
folds.hidden = false;
folds.addEventListener("click", (event) => {
  if (event.target.tagName !== "BUTTON") return;
  for (const fold of document.querySelectorAll(".graph details details")) fold.open = event.target.dataset.open !== "";
});
window.addEventListener("hashchange", unfoldTarget);
if (location.hash) unfoldTarget();
