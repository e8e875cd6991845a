// Colours and letters: what stages and heats are drawn in, and what is read on them.
"use strict";

// Okabe and Ito's colours, which people with colour vision deficiencies tell apart,
// then the same lighter. Stages have their number written on them as well.
const STAGE_COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8ac00", "#7a7a7a",
  "#66aad1", "#f0c566", "#66c5ab", "#e0afca", "#99d2f1", "#e69e66", "#d4cd66", "#afafaf"];
// Cividis.
const HEAT_COLOURS = ["#e8e8f0", "#fee838", "#d3c164", "#a59c74", "#7c7b78", "#575d6d", "#2f446b", "#00224e"];
// What is written above a drawing. ECharts takes the height of a line from a Chinese
// letter, which not every machine has.
const TITLE_STYLE = { fontSize: 12, lineHeight: 15, fontWeight: "normal", color: "#333" };
// What the user has chosen.
const MARK = "#b30059";

function stageColour(cluster) {
  return STAGE_COLOURS[cluster % STAGE_COLOURS.length];
}

function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

// `share` of a colour, the rest white.
function lighter(colour, share) {
  const mixed = channels(colour).map((value) => Math.round(value * share + 255 * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

// The relative luminance of WCAG, 0 to 1.
function luminance(colour) {
  const [red, green, blue] = channels(colour).map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// Black or white, whichever is read better on `colour`.
function inkOn(colour) {
  return luminance(colour) > 0.179 ? "#000000" : "#ffffff";
}
