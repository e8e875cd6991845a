// Figures as people read them, with the prefixes of the text report.
"use strict";

const SMALL = ["", "m", "u", "n", "p", "f"];
const LARGE = ["", "k", "M", "G", "T", "P"];

// With commas between thousands and `digits` digits behind the point: 19,132.0.
function decimal(value, digits) {
  return value === null || value === undefined ? "-"
    : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// A quantity with a unit, three digits behind the point: 12.025 ms.
function quantity(value, unit) {
  if (value === null || value === undefined) return "-";
  let step = 0;
  while (value > 0 && value < 1 && step + 1 < SMALL.length) { value *= 1000; step += 1; }
  return `${decimal(value, 3)} ${SMALL[step]}${unit}`;
}

function large(value, unit) {
  if (value === null || value === undefined) return "-";
  let step = 0;
  while (value >= 1000 && step + 1 < LARGE.length) { value /= 1000; step += 1; }
  return `${Number(value.toPrecision(4))} ${LARGE[step]}${unit}`.trim();
}

function whole(value) {
  return decimal(value, 0);
}

function percent(value, digits = 1) {
  return value === null || value === undefined ? "-" : `${decimal(100 * value, digits)} %`;
}

function joulesOf(femtojoules) {
  return femtojoules === null || femtojoules === undefined ? null : femtojoules / 1e15;
}

function bytesText(value) {
  if (value === null || value === undefined) return "-";
  for (const unit of ["B", "KiB", "MiB"]) {
    if (value < 1024) return `${unit === "B" ? value : value.toFixed(1)} ${unit}`;
    value /= 1024;
  }
  return `${value.toFixed(1)} GiB`;
}

// "1 stage", "2 stages".
function counted(count, noun) {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

// A rate of the batch, as in the head.
function rateText(value) {
  return value === null || value === undefined ? "-" : `${decimal(value, 1)} samples/s`;
}

function rational(fraction) {
  return fraction.numerator / fraction.denominator;
}

function escapeText(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box.innerHTML.replaceAll('"', "&quot;");
}
